import type { z } from 'zod';

/** Names of sentences in the dictionary. */
export type Problem =
  | 'required'
  | 'number'
  | 'decimal'
  | 'size'
  | 'port'
  | 'name'
  | 'path'
  | 'invalid'
  | 'unfinished'
  | 'duplicate'
  | 'aboveHost';

/** Problems by field. A field is called as in the request, `resources.memoryBytes`; a row by its key in place of its index, `mounts.<key>.target`. */
export type Problems = Readonly<Record<string, Problem>>;

/** By list of the request: the keys of the rows that became its entries. Rows that are not filled in become none. */
export type RowKeys = Readonly<Record<string, readonly number[]>>;

/** The form's name of a field that the contract or the server names. */
export function fieldOf(path: string, rows: RowKeys): string {
  for (const [list, keys] of Object.entries(rows)) {
    if (!path.startsWith(`${list}.`)) continue;
    const [index = '', ...below] = path.slice(list.length + 1).split('.');
    const key = keys[Number(index)];
    if (key !== undefined) return [list, key, ...below].join('.');
  }
  return path;
}

/** What the contract refuses, at its fields; `own` knows better sentences than "invalid" for some. */
export function contractProblems(
  schema: z.ZodType,
  value: unknown,
  rows: RowKeys,
  own: (field: string) => Problem | undefined = nothing,
): Problems {
  const checked = schema.safeParse(value);
  if (checked.success) return {};
  const fields = checked.error.issues.map(({ path }) => path.map(String).join('.'));
  return Object.fromEntries(fields.map((field) => [fieldOf(field, rows), own(field) ?? 'invalid']));
}

const nothing = () => undefined;
