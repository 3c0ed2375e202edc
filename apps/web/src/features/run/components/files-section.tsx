import { Card } from '@/components/ui/card';
import { ComboField } from '@/components/ui/combo-field';
import { CheckField, SelectField, TextField } from '@/components/ui/field';
import { Rows } from '@/components/ui/rows';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';
import type { MountRow } from '../model/form';

const BLANK: Omit<MountRow, 'key'> = { type: 'tmpfs', target: '', source: '', subpath: '', size: '', readOnly: false, exec: false };

/** Mounts, and whether the root filesystem can be written. Files of the host are for administrators. */
export function FilesSection({ fields, admin, images }: { fields: RunFields; admin: boolean; images: readonly string[] }) {
  const words = useText().run;
  const { form, set, problem } = fields;
  return (
    <Card title={words.files}>
      <CheckField
        label={words.readonlyRootfs}
        hint={words.readonlyRootfsHint}
        checked={form.readonlyRootfs}
        onChange={(event) => set({ readonlyRootfs: event.target.checked })}
      />
      <h3 className="mt-4 mb-2 font-medium text-[13px]">{words.mounts}</h3>
      <Rows
        rows={form.mounts}
        onChange={(mounts) => set({ mounts })}
        blank={BLANK}
        addLabel={words.addMount}
        removeLabel={words.removeMount}
      >
        {(row, change) => (
          <MountFields
            row={row}
            change={change}
            problem={problem}
            types={admin ? ['tmpfs', 'bind', 'image'] : ['tmpfs', 'image']}
            images={images}
          />
        )}
      </Rows>
    </Card>
  );
}

interface MountFieldsProps {
  readonly row: MountRow;
  readonly change: (changes: Partial<MountRow>) => void;
  readonly problem: RunFields['problem'];
  readonly types: readonly MountRow['type'][];
  /** Names of the images of this host. */
  readonly images: readonly string[];
}

function MountFields({ row, change, problem, types, images }: MountFieldsProps) {
  const text = useText();
  const words = text.run;
  const path = { spellCheck: false, autoComplete: 'off', autoCapitalize: 'off', mono: true };
  return (
    <div className="grid min-w-0 gap-3 sm:grid-cols-2">
      <SelectField label={words.mountType} value={row.type} onChange={(event) => change({ type: event.target.value as MountRow['type'] })}>
        {types.map((type) => (
          <option key={type} value={type}>
            {text.mounts.types[type]}
          </option>
        ))}
      </SelectField>
      <TextField
        label={words.mountTarget}
        error={problem(`mounts.${row.key}.target`)}
        placeholder="/data"
        value={row.target}
        onChange={(event) => change({ target: event.target.value })}
        {...path}
      />
      {row.type === 'image' && (
        <>
          <ComboField
            label={words.image}
            error={problem(`mounts.${row.key}.source`)}
            value={row.source}
            choices={images}
            onChange={(source) => change({ source })}
          />
          <TextField
            label={words.mountSubpath}
            hint={words.mountSubpathHint}
            error={problem(`mounts.${row.key}.subpath`)}
            value={row.subpath}
            onChange={(event) => change({ subpath: event.target.value })}
            {...path}
          />
        </>
      )}
      {row.type === 'tmpfs' && (
        <TextField
          label={words.mountSize}
          hint={words.mountSizeHint}
          error={problem(`mounts.${row.key}.sizeBytes`)}
          placeholder="64 MiB"
          value={row.size}
          onChange={(event) => change({ size: event.target.value })}
        />
      )}
      {row.type === 'bind' && (
        <TextField
          label={words.mountSource}
          hint={words.mountSourceHint}
          error={problem(`mounts.${row.key}.source`)}
          placeholder="/srv/data"
          value={row.source}
          onChange={(event) => change({ source: event.target.value })}
          {...path}
        />
      )}
      {row.type !== 'image' && (
        <div className="space-y-2 sm:pt-6">
          <CheckField
            label={text.mounts.readOnly}
            checked={row.readOnly}
            onChange={(event) => change({ readOnly: event.target.checked })}
          />
          {row.type === 'tmpfs' && (
            <CheckField label={words.mountExec} checked={row.exec} onChange={(event) => change({ exec: event.target.checked })} />
          )}
        </div>
      )}
    </div>
  );
}
