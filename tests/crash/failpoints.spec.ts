import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, Loop, pointsOf } from '../../packages/runtime-native/test/faults/loop.js';
import type { Life, Scene } from '../../packages/runtime-native/test/faults/scene.js';
import { CHECKOUT } from '../support/paths.js';
import { LONG, score } from '../support/scorecard.js';

const built = (name: string) => join(CHECKOUT, 'packages/runtime-native/build/Release', name);
// Looked at, not loaded.
const ADDON = ['keelson_runtime', 'node'].join('.');
/** Below those that the kernel gives to connections of others (ip_local_port_range). */
const FIRST_PORT = 10_000 + (process.pid % 7000) * 3;
const HOUR = 3_600_000;

/** What confined a workload before and does not now. An option more on a mount is no wall less: a device may come from a filesystem of ours. */
function missingWalls(before: string, after: string): string[] {
  const now = after.split('\n');
  const holds = (line: string) => now.some((other) => other === line || (line.startsWith('/') && hasAll(line, other)));
  return before
    .split('\n')
    .filter((line) => !holds(line))
    .map((line) => `missing wall: ${line}`);
}

function hasAll(line: string, other: string): boolean {
  const [path, options = ''] = line.split(' ');
  const [otherPath, otherOptions = ''] = other.split(' ');
  return path === otherPath && options.split(',').every((option) => otherOptions.split(',').includes(option));
}

describe('every step of the native code fails once', () => {
  let loop: Loop;
  let first: Life;
  beforeAll(async () => {
    loop = new Loop(FIRST_PORT);
    first = await loop.clean();
    expect(first).toMatchObject({ told: '', complaints: [] });
  });
  afterAll(() => loop.close());

  const startsAnew = async (scene: Scene): Promise<string[]> => {
    const next = await scene.live();
    return [...next.complaints, ...(next.told === '' ? [] : [`the next start: ${next.told}`]), ...(await scene.left())];
  };

  it('each error is told by its step or not felt, no wall is missing, and nothing is left', { timeout: 4 * HOUR }, async () => {
    const points = pointsOf(first.reached, LONG);
    const faults = points.flatMap((point, at) => (LONG ? ERRORS : [ERRORS[at % ERRORS.length]]).map((error) => `${point}=${error}`));
    const seen = { told: 0, unfelt: 0, unreached: 0 };
    const complaints = await loop.over(faults, async (life, scene) => {
      const left = await scene.left();
      seen[!life.struck ? 'unreached' : life.told === '' ? 'unfelt' : 'told'] += 1;
      const walls = life.walls === '' ? [] : missingWalls(first.walls, life.walls);
      return [
        ...life.complaints,
        ...walls,
        ...left.map((line) => `left ${line}`),
        ...(LONG || left.length > 0 ? await startsAnew(scene) : []),
      ];
    });
    const dirty = new Set(complaints.map((line) => line.split(':')[0])).size;
    const ours = `${points.length} points x ${LONG ? ERRORS.length : 1} errors: ${faults.length - dirty} of ${faults.length} clean (${seen.told} told, ${seen.unfelt} not felt, ${seen.unreached} not reached again)`;
    process.stdout.write(`${ours}\n`);
    await score({ row: 13, ours, met: dirty === 0 });
    expect(complaints).toEqual([]);
    expect(seen.unreached).toBeLessThan(faults.length / 10);
  });

  it('after a kill -9 at each step the next start works and leaves nothing of either', { timeout: 4 * HOUR }, async () => {
    const points = pointsOf(first.reached, LONG).filter((_, at) => LONG || at % 8 === 0);
    const complaints = await loop.over(
      points.map((point) => `${point}=kill9`),
      async (life, scene) => {
        await scene.sweep();
        const alive = (await scene.left()).filter((line) => /^(process|mount|interface)/.test(line)).map((line) => `left ${line}`);
        return [...life.complaints, ...alive, ...(await startsAnew(scene))];
      },
    );
    process.stdout.write(
      `kill -9 at ${points.length} points: ${points.length - new Set(complaints.map((line) => line.split(':')[0])).size} clean\n`,
    );
    expect(complaints).toEqual([]);
  });
});

describe('what is shipped', () => {
  it.each(['keelson-supervisor', 'keelson-unpack', 'keelson-init', ADDON])('%s has no failpoints', (name) => {
    expect(readFileSync(built('keelson-supervisor-faults')).includes('KEELSON_FAULT')).toBe(true);
    expect(readFileSync(built(name)).includes('KEELSON_FAULT')).toBe(false);
  });
});
