import type { ImageDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { ComboField } from '@/components/ui/combo-field';
import { TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import { quoteWord, splitCommand } from '@/lib/split-command';
import type { RunFields } from '../hooks/use-run-form';

interface BasicsSectionProps {
  readonly fields: RunFields;
  /** Names of the images of this host. */
  readonly images: readonly string[];
  /** The chosen image, once its configuration is known. */
  readonly chosen: ImageDetail | undefined;
}

export function BasicsSection({ fields, images, chosen }: BasicsSectionProps) {
  const words = useText().run;
  const { form, set, problem } = fields;
  return (
    <Card title={words.basics}>
      <div className="grid gap-4 sm:grid-cols-2">
        <ComboField
          label={words.image}
          hint={images.length === 0 ? words.noImages : words.imageHint}
          error={problem('image')}
          placeholder={words.chooseImage}
          value={form.image}
          choices={images}
          onChange={(image) => set({ image })}
        />
        <TextField
          label={words.name}
          hint={words.nameHint}
          error={problem('name')}
          value={form.name}
          onChange={(event) => set({ name: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <CommandField fields={fields} placeholder={chosen?.config.cmd.map(quoteWord).join(' ')} />
      </div>
    </Card>
  );
}

function CommandField({ fields, placeholder }: { fields: RunFields; placeholder: string | undefined }) {
  const words = useText().run;
  const { form, set, problem } = fields;
  const { argv } = splitCommand(form.command);
  return (
    <div className="sm:col-span-2">
      <TextField
        label={words.command}
        hint={words.commandHint}
        error={problem('command')}
        placeholder={placeholder}
        value={form.command}
        onChange={(event) => set({ command: event.target.value })}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        mono
      />
      {argv.length > 1 && (
        <ol aria-label={words.argv} className="mt-2 flex flex-wrap gap-1">
          {argv.map((word, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: words repeat, and their place is what they are
            <li key={at} className="max-w-full break-all rounded bg-sunken px-1.5 py-0.5 font-mono text-soft text-xs">
              {word === '' ? '""' : word}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
