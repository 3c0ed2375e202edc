/** Powers of 1024 by the first letter of their unit. */
const POWERS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4 };
const SIZE = /^(\d+(?:\.\d+)?)\s*(?:([bkmgt])i?b?)?$/i;
const MIB = 1024 ** 2;

/** Bytes of `512 MiB`, `512m` or `1.5g`; a number alone counts in MiB. `undefined` for what is no size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = SIZE.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Math.round(Number(amount) * (unit === undefined ? MIB : 1024 ** (POWERS[unit.toLowerCase()] ?? 0)));
}

/** The shortest text that `parseSize` reads back as these bytes. */
export function sizeText(bytes: number): string {
  for (const [unit, power] of [
    ['GiB', 3],
    ['MiB', 2],
    ['KiB', 1],
  ] as const)
    if (bytes > 0 && bytes % 1024 ** power === 0) return `${bytes / 1024 ** power} ${unit}`;
  return `${bytes} B`;
}

export function wholeNumber(text: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** A member of an object that is left out where nothing was filled in. */
export function optional<K extends string>(name: K, value: string): Partial<Record<K, string>> {
  return (value === '' ? {} : { [name]: value }) as Partial<Record<K, string>>;
}

/** Words apart by blanks or commas. */
export const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
