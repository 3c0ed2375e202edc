/** Of a form; its key tells it from the others for as long as the form lives. */
export interface Row {
  readonly key: number;
}

/** A key for a new row that no other row has. */
export function nextKey(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(({ key }) => key)) + 1;
}

/** Rows with keys, of values without. */
export function rowsOf<T extends object>(values: readonly T[]): (T & Row)[] {
  return values.map((value, at) => ({ ...value, key: at + 1 }));
}
