import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const runner = fileURLToPath(new URL('../../build/Release/keelson-cgroup-test', import.meta.url));

const cases = [
  'refuses paths that leave the hierarchy',
  'writes every limit to the kernel',
  'raises, lowers and lifts limits of a group in use',
  'leaves no directory behind when a limit cannot be had',
  'counts a process that the kernel killed for memory',
  'stops a process from forking beyond the limit of processes',
  'puts a process into the group in every hierarchy',
  'kills what is left, groups inside included, and removes every directory',
  'replaces an empty group of the same name and refuses one in use',
];

const run = (...args: string[]) => spawnSync(runner, args, { encoding: 'utf8', timeout: 50_000 });

describe('a cgroup', () => {
  it.each(cases)('%s', (name) => {
    const { status, stdout } = run('--case', name);
    expect(stdout).toBe(`ok ${name}\n1 passed, 0 failed\n`);
    expect(status).toBe(0);
  });

  it('has no case that this file does not run', () => {
    expect(run('--list').stdout.trim().split('\n').sort()).toEqual([...cases].sort());
  });
});
