import { ulimitName } from '@keelson/contracts';
import type { ReactNode } from 'react';
import { ListProblem, SelectField, TextField } from '@/components/ui/field';
import { Rows } from '@/components/ui/rows';
import { useText } from '@/lib/i18n';
import { DISK_LIMITS, type DiskLimit, isBytes, type TextLimit } from '@/lib/limits/limit-form';
import type { LimitFieldsProps } from './limit-fields';

const MEMORY = ['memoryReservationBytes', 'memorySwapBytes', 'shmSizeBytes', 'memorySwappiness', 'oomScoreAdj'] as const;
const CPU = ['cpuShares', 'cpuQuotaMicros', 'cpuPeriodMicros', 'cpusetCpus', 'cpusetMems'] as const;
const DISK = ['rootfsSizeBytes', 'ioWeight'] as const;

export function MoreLimits(fields: LimitFieldsProps) {
  const text = useText();
  const words = text.limitForm;
  return (
    <>
      <Group title={words.memory}>
        <TextLimits names={MEMORY} {...fields} />
        <HugePages {...fields} />
      </Group>
      <Group title={words.cpu}>
        <TextLimits names={CPU} {...fields} />
      </Group>
      <Group title={words.disk}>
        <TextLimits names={DISK} {...fields} />
        <Disks {...fields} />
      </Group>
      <Group title={text.limits.ulimits}>
        <Ulimits {...fields} />
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 space-y-3">
      <legend className="mb-2 font-semibold text-[13px]">{title}</legend>
      {children}
    </fieldset>
  );
}

function TextLimits({ names, form, set, problem }: LimitFieldsProps & { names: readonly (TextLimit & keyof Hints)[] }) {
  const text = useText();
  return (
    <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
      {names.map((name) => (
        <TextField
          key={name}
          label={text.limits[name]}
          hint={text.limitForm.hints[name]}
          error={problem(`resources.${name}`)}
          value={form.texts[name]}
          onChange={(event) => set({ texts: { ...form.texts, [name]: event.target.value } })}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
      ))}
    </div>
  );
}
type Hints = ReturnType<typeof useText>['limitForm']['hints'];

function Ulimits({ form, set, problem }: LimitFieldsProps) {
  const words = useText().limitForm;
  return (
    <div className="max-w-xl">
      <ListProblem problem={problem('resources.ulimits')} />
      <Rows
        rows={form.ulimits}
        onChange={(ulimits) => set({ ulimits })}
        blank={{ name: 'nofile', soft: '', hard: '' }}
        columns="grid-cols-[1.3fr_1fr_1fr_auto]"
        addLabel={words.addUlimit}
        removeLabel={words.removeUlimit}
      >
        {({ key, name, soft, hard }, change, first) => (
          <>
            <SelectField
              label={words.ulimit}
              hideLabel={!first}
              error={problem(`resources.ulimits.${key}.name`)}
              value={name}
              onChange={(event) => change({ name: ulimitName.parse(event.target.value) })}
            >
              {ulimitName.options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </SelectField>
            <TextField
              label={words.soft}
              hideLabel={!first}
              error={problem(`resources.ulimits.${key}.soft`)}
              value={soft}
              inputMode="numeric"
              onChange={(event) => change({ soft: event.target.value })}
            />
            <TextField
              label={words.hard}
              hideLabel={!first}
              error={problem(`resources.ulimits.${key}.hard`)}
              placeholder={soft}
              value={hard}
              inputMode="numeric"
              onChange={(event) => change({ hard: event.target.value })}
            />
          </>
        )}
      </Rows>
    </div>
  );
}

function Disks({ form, set, problem }: LimitFieldsProps) {
  const text = useText();
  const words = text.limitForm;
  return (
    <div>
      {DISK_LIMITS.map((limit) => (
        <ListProblem key={limit} problem={problem(`resources.${limit}`)} />
      ))}
      <Rows
        rows={form.disks}
        onChange={(disks) => set({ disks })}
        blank={{ limit: 'ioWriteBps', path: '', amount: '' }}
        columns="grid-cols-[1.5fr_1fr_1fr_auto]"
        addLabel={words.addDisk}
        removeLabel={words.removeDisk}
      >
        {({ key, limit, path, amount }, change, first) => (
          <>
            <SelectField
              label={words.what}
              hideLabel={!first}
              value={limit}
              onChange={(event) => change({ limit: event.target.value as DiskLimit })}
            >
              {DISK_LIMITS.map((option) => (
                <option key={option} value={option}>
                  {text.limits[option]}
                </option>
              ))}
            </SelectField>
            <TextField
              label={words.device}
              hideLabel={!first}
              error={problem(`resources.${limit}.${key}.path`)}
              placeholder="/dev/sda"
              value={path}
              onChange={(event) => change({ path: event.target.value })}
              spellCheck={false}
              autoCapitalize="off"
              mono
            />
            <TextField
              label={words.amount}
              hideLabel={!first}
              error={problem(`resources.${limit}.${key}.${limit === 'ioWeightDevices' ? 'weight' : 'rate'}`)}
              placeholder={isBytes(limit) ? '10 MiB' : '100'}
              value={amount}
              onChange={(event) => change({ amount: event.target.value })}
            />
          </>
        )}
      </Rows>
    </div>
  );
}

function HugePages({ form, set, problem }: LimitFieldsProps) {
  const words = useText().limitForm;
  return (
    <div className="max-w-md">
      <ListProblem problem={problem('resources.hugePages')} />
      <Rows
        rows={form.hugePages}
        onChange={(hugePages) => set({ hugePages })}
        blank={{ pageSize: '2MB', limit: '' }}
        columns="grid-cols-[1fr_1fr_auto]"
        addLabel={words.addHugePages}
        removeLabel={words.removeHugePages}
      >
        {({ key, pageSize, limit }, change, first) => (
          <>
            <TextField
              label={words.pageSize}
              hideLabel={!first}
              error={problem(`resources.hugePages.${key}.pageSize`)}
              value={pageSize}
              onChange={(event) => change({ pageSize: event.target.value })}
            />
            <TextField
              label={words.upTo}
              hideLabel={!first}
              error={problem(`resources.hugePages.${key}.limitBytes`)}
              placeholder="64 MiB"
              value={limit}
              onChange={(event) => change({ limit: event.target.value })}
            />
          </>
        )}
      </Rows>
    </div>
  );
}
