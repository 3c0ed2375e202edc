import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './paths.js';

/** `npm run test:crash -- --long`: the numbers of rounds that the scorecard's targets name. */
export const LONG = process.env['KEELSON_LONG'] === '1';

export const rounds = (short: number, long: number): number => (LONG ? long : short);

/** One row of the table in docs/reliability.md; `scripts/scorecard.mjs` knows what each is about and prints them. */
export interface Figure {
  readonly row: number;
  /** What was seen, with the number of tries. */
  readonly ours: string;
  readonly met: boolean;
}

/** Written before the assertions, so that a row that is missed is in the table as well. */
export async function score({ row, ours, met }: Figure): Promise<void> {
  const directory = join(CACHE, 'reports/scorecard');
  await mkdir(directory, { recursive: true });
  const measured = { row, ours, met, form: LONG ? 'long' : 'short', at: new Date().toISOString() };
  await writeFile(join(directory, `${row}.json`), `${JSON.stringify(measured)}\n`);
}
