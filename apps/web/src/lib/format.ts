const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Numbers, sizes and times for people, in one language. */
export interface Formatter {
  number(value: number, digits?: number): string;
  percent(fraction: number): string;
  /** Binary units, three significant digits: `1.50 GiB`. */
  bytes(value: number): string;
  dateTime(instant: string | number): string;
  /** `08:15:30`. */
  timeOfDay(instant: string | number): string;
  /** `Nov 21, 08:15`. */
  moment(instant: string | number): string;
  /** Time of day to the millisecond, `08:15:30.123`. */
  clock(instant: string | number): string;
  /** `3 minutes ago`. */
  ago(instant: string | number, now?: number): string;
  /** `1 h 4 min`, the two largest units; below a second `120 ms`. */
  duration(milliseconds: number): string;
}

export function createFormatter(locale: string): Formatter {
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const timeOfDay = new Intl.DateTimeFormat(locale, day);
  const clock = new Intl.DateTimeFormat(locale, { ...day, fractionalSecondDigits: 3 });
  const moment = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  return {
    number: (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value),
    percent: (fraction) => percent.format(fraction),
    bytes: (value) => formatBytes(value, locale),
    dateTime: (instant) => dateTime.format(new Date(instant)),
    timeOfDay: (instant) => timeOfDay.format(new Date(instant)),
    moment: (instant) => moment.format(new Date(instant)),
    clock: (instant) => clock.format(new Date(instant)),
    ago: (instant, now = Date.now()) => {
      const [amount, name] = relativeAmount(new Date(instant).getTime() - now);
      return relative.format(amount, name);
    },
    duration: (milliseconds) => {
      if (milliseconds > 0 && milliseconds < 1000) return unit(Math.ceil(milliseconds), 'millisecond');
      const parts = durationParts(milliseconds);
      return parts.map(([amount, name]) => unit(amount, name)).join(' ');
    },
  };
}

function formatBytes(value: number, locale: string): string {
  const power = Math.min(BYTE_UNITS.length - 1, value < 1024 ? 0 : Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  const digits = power === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: digits }).format(scaled);
  return `${number} ${BYTE_UNITS[power]}`;
}

type TimeUnit = 'second' | 'minute' | 'hour' | 'day';
const SECONDS: readonly [TimeUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

function relativeAmount(difference: number): [number, TimeUnit] {
  const seconds = Math.round(difference / 1000);
  const [name, size] = SECONDS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return [Math.trunc(seconds / size), name];
}

function durationParts(milliseconds: number): [number, TimeUnit][] {
  let rest = Math.max(0, Math.floor(milliseconds / 1000));
  const parts: [number, TimeUnit][] = [];
  for (const [name, size] of SECONDS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0 || (name === 'second' && parts.length === 0)) parts.push([amount, name]);
  }
  return parts.slice(0, 2);
}
