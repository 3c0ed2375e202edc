import { Disclosure } from '@/components/ui/disclosure';
import type { Row } from '@/lib/form/rows';
import { parseSize, sizeText } from '@/lib/form/texts';
import { useFormat, useText } from '@/lib/i18n';
import { DISK_LIMITS, type LimitForm, type TextLimit } from '@/lib/limits/limit-form';
import type { HostSize } from '@/lib/limits/read-limits';
import { cpuStops, memoryStops, PID_STOPS } from '@/lib/limits/stops';
import { MoreLimits } from './more-limits';
import { SliderField } from './slider-field';

/** Without the host's size the sliders reach as far as a common small host. */
const SMALL_HOST: HostSize = { cpus: 4, memoryBytes: 8 * 1024 ** 3 };

export interface LimitFieldsProps {
  readonly form: LimitForm;
  readonly set: (changes: Partial<LimitForm>) => void;
  /** The sentence to show at a field, which is called as in the request. */
  readonly problem: (field: string) => string | undefined;
}

/** The three limits that everybody needs with sliders, the others behind a title. */
export function LimitFields({ host, ...fields }: LimitFieldsProps & { host: HostSize | undefined }) {
  const text = useText();
  const words = text.limitForm;
  const format = useFormat();
  const { form, set, problem } = fields;
  // What is wrong there must not stay out of sight.
  const forced = moreFields(form).some((field) => problem(`resources.${field}`) !== undefined);
  const { memoryBytes, cpus, pidsLimit } = form.texts;
  const common = (name: TextLimit) => ({
    label: text.limits[name],
    error: problem(`resources.${name}`),
    text: form.texts[name],
    onText: (value: string) => set({ texts: { ...form.texts, [name]: value } }),
  });
  const stop = (name: TextLimit, write: (value: number) => string) => (value: number | undefined) =>
    set({ texts: { ...form.texts, [name]: value === undefined ? '' : write(value) } });
  return (
    <>
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-3">
        <SliderField
          {...common('memoryBytes')}
          hint={host ? words.memoryHint(format.bytes(host.memoryBytes)) : words.hostUnknown}
          value={parseSize(memoryBytes)}
          stops={memoryStops((host ?? SMALL_HOST).memoryBytes)}
          onStop={stop('memoryBytes', sizeText)}
          describe={format.bytes}
        />
        <SliderField
          {...common('cpus')}
          hint={host ? words.cpusHint(format.number(host.cpus)) : words.hostUnknown}
          value={Number(cpus)}
          stops={cpuStops((host ?? SMALL_HOST).cpus)}
          onStop={stop('cpus', String)}
          describe={(value) => format.number(value, 2)}
        />
        <SliderField
          {...common('pidsLimit')}
          hint={words.pidsHint}
          value={Number(pidsLimit)}
          stops={PID_STOPS}
          onStop={stop('pidsLimit', String)}
          describe={(value) => format.number(value)}
        />
      </div>
      <div className="mt-4">
        <Disclosure title={words.more} forced={forced}>
          <MoreLimits {...fields} />
        </Disclosure>
      </div>
    </>
  );
}

function moreFields({ texts, ulimits, disks, hugePages }: LimitForm): string[] {
  const rows = (list: string, keys: readonly Row[], members: readonly string[]) => [
    list,
    ...keys.flatMap(({ key }) => members.map((member) => `${list}.${key}.${member}`)),
  ];
  return [
    ...Object.keys(texts).filter((name) => !BASIC.has(name)),
    ...rows('ulimits', ulimits, ['name', 'soft', 'hard']),
    ...DISK_LIMITS.flatMap((limit) => rows(limit, disks, ['path', 'rate', 'weight'])),
    ...rows('hugePages', hugePages, ['pageSize', 'limitBytes']),
  ];
}

const BASIC: ReadonlySet<string> = new Set(['memoryBytes', 'cpus', 'pidsLimit'] satisfies TextLimit[]);
