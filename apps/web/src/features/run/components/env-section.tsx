import { Card } from '@/components/ui/card';
import { TextField } from '@/components/ui/field';
import { Rows } from '@/components/ui/rows';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';

export function EnvSection({ fields: { form, set, problem } }: { fields: RunFields }) {
  const words = useText().run;
  return (
    <Card title={words.env}>
      <p className="mb-3 text-faint text-xs">{words.envHint}</p>
      <Rows
        rows={form.env}
        onChange={(env) => set({ env })}
        blank={{ name: '', value: '' }}
        columns="grid-cols-[2fr_3fr_auto]"
        addLabel={words.addVariable}
        removeLabel={words.removeVariable}
      >
        {({ key, name, value }, change, first) => (
          <>
            <TextField
              label={words.variable}
              hideLabel={!first}
              error={problem(`env.${key}`)}
              value={name}
              onChange={(event) => change({ name: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              mono
            />
            <TextField
              label={words.value}
              hideLabel={!first}
              value={value}
              onChange={(event) => change({ value: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              mono
            />
          </>
        )}
      </Rows>
    </Card>
  );
}
