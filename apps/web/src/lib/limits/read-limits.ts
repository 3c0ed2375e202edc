import { type Resources, type ResourcesChange, resources as resourcesContract } from '@keelson/contracts';
import { contractProblems, type Problem, type Problems, type RowKeys } from '../form/problems';
import { parseSize, wholeNumber } from '../form/texts';
import { DISK_LIMITS, type DiskRow, isBytes, type LimitForm, type LimitKind, TEXT_LIMIT_NAMES, TEXT_LIMITS } from './limit-form';

export interface HostSize {
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface LimitReading {
  readonly resources: Resources;
  readonly problems: Problems;
  readonly rows: RowKeys;
}

/** What the form asks for, and what is wrong with it. Fields with problems are left out. Problems are named from `resources.` on. */
export function readLimits(form: LimitForm, host: HostSize | undefined): LimitReading {
  const problems: Record<string, Problem> = {};
  const ulimits = readUlimits(form, problems);
  const disks = readDisks(form, problems);
  const hugePages = readHugePages(form, problems);
  const resources: Resources = { ...readTexts(form, problems), ...ulimits.resources, ...disks.resources, ...hugePages.resources };
  if (host && (resources.memoryBytes ?? 0) > host.memoryBytes) problems['resources.memoryBytes'] = 'aboveHost';
  if (host && (resources.cpus ?? 0) > host.cpus) problems['resources.cpus'] = 'aboveHost';
  const rows = { ...ulimits.rows, ...disks.rows, ...hugePages.rows };
  return { resources, problems: { ...prefixed(contractProblems(resourcesContract, resources, bare(rows))), ...problems }, rows };
}

/** What has to change for `after` to hold instead of `before`; null takes a limit away. */
export function changesOf(before: Resources, after: Resources): ResourcesChange {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Resources)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}

const READERS: Readonly<Record<LimitKind, { read: (text: string) => number | string | undefined; problem: Problem }>> = {
  size: { read: (text) => parseSize(text) || undefined, problem: 'size' },
  sizeOrNone: { read: (text) => (text === '-1' ? -1 : parseSize(text)), problem: 'size' },
  decimal: { read: (text) => (Number(text) > 0 ? Number(text) : undefined), problem: 'decimal' },
  whole: { read: (text) => wholeNumber(text, Number.MIN_SAFE_INTEGER), problem: 'number' },
  list: { read: (text) => text, problem: 'invalid' },
};

function readTexts({ texts }: LimitForm, problems: Record<string, Problem>): Partial<Resources> {
  const read = TEXT_LIMIT_NAMES.flatMap((name) => {
    const text = texts[name].trim();
    if (text === '') return [];
    const { read, problem } = READERS[TEXT_LIMITS[name]];
    const value = read(text);
    if (value === undefined || (name === 'pidsLimit' && value === 0)) problems[`resources.${name}`] = problem;
    else return [[name, value]];
    return [];
  });
  return Object.fromEntries(read);
}

type Part = Pick<LimitReading, 'rows'> & { readonly resources: Partial<Resources> };

function readUlimits({ ulimits }: LimitForm, problems: Record<string, Problem>): Part {
  const given = ulimits.filter(({ soft, hard }) => soft.trim() !== '' || hard.trim() !== '');
  const read = given.map(({ key, name, soft, hard }, at) => {
    const field = `resources.ulimits.${key}`;
    const [softLimit, hardLimit] = [wholeNumber(soft, -1), wholeNumber(hard, -1)];
    if (softLimit === undefined) problems[`${field}.soft`] = 'number';
    if (hard.trim() !== '' && hardLimit === undefined) problems[`${field}.hard`] = 'number';
    if (given.findIndex((other) => other.name === name) < at) problems[`${field}.name`] = 'duplicate';
    return { name, soft: softLimit ?? 0, ...(hardLimit !== undefined && { hard: hardLimit }) };
  });
  return part('ulimits', given, read);
}

function readHugePages({ hugePages }: LimitForm, problems: Record<string, Problem>): Part {
  const given = hugePages.filter(({ pageSize, limit }) => pageSize.trim() !== '' || limit.trim() !== '');
  const read = given.map(({ key, pageSize, limit }) => {
    const limitBytes = parseSize(limit);
    if (limitBytes === undefined) problems[`resources.hugePages.${key}.limitBytes`] = 'size';
    return { pageSize: pageSize.trim(), limitBytes: limitBytes ?? 0 };
  });
  return part('hugePages', given, read);
}

function readDisks({ disks }: LimitForm, problems: Record<string, Problem>): Part {
  const parts = DISK_LIMITS.map((limit) => {
    const given = disks.filter((disk) => disk.limit === limit && (disk.path.trim() !== '' || disk.amount.trim() !== ''));
    const member = limit === 'ioWeightDevices' ? 'weight' : 'rate';
    const read = given.map((disk) => ({
      path: disk.path.trim(),
      [member]: diskAmount(disk, `resources.${limit}.${disk.key}.${member}`, problems),
    }));
    return part(limit, given, read);
  });
  return {
    resources: Object.assign({}, ...parts.map(({ resources }) => resources)) as Partial<Resources>,
    rows: Object.assign({}, ...parts.map(({ rows }) => rows)) as RowKeys,
  };
}

function diskAmount({ limit, amount }: DiskRow, field: string, problems: Record<string, Problem>): number {
  const value = isBytes(limit) ? parseSize(amount) : wholeNumber(amount, 1);
  if (value === undefined) problems[field] = isBytes(limit) ? 'size' : 'number';
  return value ?? 0;
}

function part(name: keyof Resources, given: readonly { key: number }[], read: readonly object[]): Part {
  if (given.length === 0) return { resources: {}, rows: {} };
  return { resources: { [name]: read }, rows: { [`resources.${name}`]: given.map(({ key }) => key) } };
}

const bare = (rows: RowKeys): RowKeys =>
  Object.fromEntries(Object.entries(rows).map(([list, keys]) => [list.replace('resources.', ''), keys]));
const prefixed = (problems: Problems): Problems =>
  Object.fromEntries(Object.entries(problems).map(([field, problem]) => [`resources.${field}`, problem]));
