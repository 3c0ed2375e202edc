// Longest files that are allowed: a file that needs more holds two things.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { ROOT } from './root.mjs';
import { filesUnder } from './stamps.mjs';

/** First match counts; lines. Tables that a tool makes are no code. */
const LIMITS = [
  [/\.inc$|\/generated\/|\/third_party\//, Infinity],
  [/\.spec\.tsx?$|_test\.cc$|\/test\/.*\.cc$/, 800],
  [/\.(cc|h)$/, 700],
  [/\.tsx$/, 250],
  [/\.(ts|mjs)$/, 400],
];

export function checkSizes() {
  const files = ['apps', 'packages', 'scripts', 'tests', 'bench'].flatMap((directory) => filesUnder(directory));
  for (const file of files) {
    const limit = LIMITS.find(([pattern]) => pattern.test(file))?.[1] ?? Infinity;
    if (limit === Infinity) continue;
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
    if (lines > limit) fail(`${file} has ${lines} lines, more than ${limit}; split it by topic`);
  }
}
