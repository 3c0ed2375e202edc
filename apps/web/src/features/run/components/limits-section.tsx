import { Card } from '@/components/ui/card';
import { useFormat, useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';
import { MEMORY_UNITS, type MemoryUnit, memoryBytes } from '../model/form';
import { cpuStops, memoryStops, PID_STOPS } from '../model/limits';
import type { HostSize } from '../model/to-request';
import { LimitField } from './limit-field';

/** Without the host's size the sliders reach as far as a common small host. */
const SMALL_HOST: HostSize = { cpus: 4, memoryBytes: 8 * MEMORY_UNITS.GiB };

interface LimitsSectionProps {
  readonly fields: RunFields;
  readonly host: HostSize | undefined;
}

export function LimitsSection({ fields, host }: LimitsSectionProps) {
  const words = useText().run;
  return (
    <Card title={words.limits}>
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-3">
        <MemoryLimit fields={fields} host={host} />
        <CpuLimit fields={fields} host={host} />
        <PidsLimit fields={fields} />
      </div>
    </Card>
  );
}

function MemoryLimit({ fields: { form, set, problem }, host }: LimitsSectionProps) {
  const words = useText().run;
  const format = useFormat();
  const setBytes = (bytes: number | undefined) => {
    if (bytes === undefined) return set({ memory: '' });
    const memoryUnit: MemoryUnit = bytes % MEMORY_UNITS.GiB === 0 ? 'GiB' : 'MiB';
    set({ memory: String(bytes / MEMORY_UNITS[memoryUnit]), memoryUnit });
  };
  return (
    <LimitField
      label={words.memory}
      hint={host ? words.memoryHint(format.bytes(host.memoryBytes)) : words.hostUnknown}
      error={problem('memory')}
      text={form.memory}
      onText={(memory) => set({ memory })}
      value={memoryBytes(form)}
      stops={memoryStops((host ?? SMALL_HOST).memoryBytes)}
      onStop={setBytes}
      describe={format.bytes}
      unit={
        <select
          aria-label={words.memoryUnit}
          value={form.memoryUnit}
          onChange={(event) => set({ memoryUnit: event.target.value as MemoryUnit })}
          className="h-8.5 rounded-md border border-line-strong bg-surface px-1.5"
        >
          {Object.keys(MEMORY_UNITS).map((unit) => (
            <option key={unit}>{unit}</option>
          ))}
        </select>
      }
    />
  );
}

function CpuLimit({ fields: { form, set, problem }, host }: LimitsSectionProps) {
  const words = useText().run;
  const format = useFormat();
  return (
    <LimitField
      label={words.cpus}
      hint={host ? words.cpusHint(format.number(host.cpus)) : words.hostUnknown}
      error={problem('cpus')}
      text={form.cpus}
      onText={(cpus) => set({ cpus })}
      value={Number(form.cpus)}
      stops={cpuStops((host ?? SMALL_HOST).cpus)}
      onStop={(cpus) => set({ cpus: cpus === undefined ? '' : String(cpus) })}
      describe={(cpus) => format.number(cpus, 2)}
    />
  );
}

function PidsLimit({ fields: { form, set, problem } }: { fields: RunFields }) {
  const words = useText().run;
  const format = useFormat();
  return (
    <LimitField
      label={words.pids}
      hint={words.pidsHint}
      error={problem('pids')}
      text={form.pids}
      onText={(pids) => set({ pids })}
      value={Number(form.pids)}
      stops={PID_STOPS}
      onStop={(pids) => set({ pids: pids === undefined ? '' : String(pids) })}
      describe={(pids) => format.number(pids)}
    />
  );
}
