/** What takes part in a comparison: one measurement, in the unit of its table. */
export type Contender = () => Promise<number> | number;

export type Measured = ReadonlyMap<string, readonly number[]>;

interface Plan {
  readonly rounds: number;
  /** Rounds before the count, by name; 1 where not given. Compiled JavaScript takes some fifty requests. */
  readonly warmUp?: Readonly<Record<string, number>>;
  /** No new round begins after so many seconds. */
  readonly seconds: number;
}

/** All take turns within one run, so that a busy minute of the host hits each of them alike. */
export async function interleaved(contenders: Readonly<Record<string, Contender>>, plan: Plan): Promise<Measured> {
  for (const [name, run] of Object.entries(contenders)) {
    for (let round = 0; round < (plan.warmUp?.[name] ?? 1); round++) await run();
  }
  const measured = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  const end = performance.now() + plan.seconds * 1000;
  for (let round = 0; round < plan.rounds && performance.now() < end; round++) {
    for (const [name, run] of Object.entries(contenders)) measured.get(name)?.push(await run());
  }
  return measured;
}

/** How long it took, in milliseconds. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

/** Nearest rank; `part` between 0 and 1. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
