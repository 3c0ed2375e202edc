/** The domain tells an absent field from one that is there; zod leaves optional ones as undefined. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>;
}

export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
