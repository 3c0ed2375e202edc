import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** Rows of the threat list, by section, that concern the runtime. */
const ROWS = { '1a': range(1, 15), '1b': range(16, 25), '1c': range(26, 38) };

/** What there is no way to try yet. */
const NOT_YET: Readonly<Record<string, string>> = {
  '1a 4': 'no files are copied into or out of containers',
  '1c 32': 'no files are copied into or out of containers',
  '1c 34': 'rules are put back when the server starts, not when somebody takes them away',
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

const wanted = Object.entries(ROWS).flatMap(([section, numbers]) => numbers.map((number) => `${section} ${number}`));

describe('each row of the threat list that concerns the runtime', async () => {
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.spec.ts') && name !== 'rows.spec.ts');
  const texts = await Promise.all(names.map((name) => readFile(`${import.meta.dirname}/${name}`, 'utf8')));
  // Of titles only: a row in a comment tests nothing.
  const titles = texts.join('\n').match(/(?:it|describe)(?:\.each\([\s\S]*?\))?\(\s*[`'][^\n]*/g) ?? [];

  it.each(wanted)('%s has a test that is named after it, or a reason why not', (row) => {
    const tested = titles.some((title) => new RegExp(`\\b${row}\\b`).test(title));
    expect(tested || row in NOT_YET).toBe(true);
    expect(tested && row in NOT_YET).toBe(false);
  });
});
