import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const runner = fileURLToPath(new URL('../../build/Release/keelson-mount-test', import.meta.url));

const run = (...args: string[]) => spawnSync(runner, args, { encoding: 'utf8', timeout: 50_000 });

describe('a root filesystem of shared layers', () => {
  it.each([
    "shows files of all layers with the container's owners, upper layers first",
    "lets the container's root write, into its own upper, and leaves the layer as it is",
    'hides what a whiteout or an opaque directory of an upper layer hides',
    'opens no device node of a layer',
    'mounts 120 layers',
    'names the layer that is missing',
    'refuses directories that overlay options cannot carry, before it mounts anything',
    'leaves the mounts of the host as they were',
  ])('%s', (name) => {
    const { status, stdout } = run('--case', name);
    expect(stdout).toBe(`ok ${name}\n1 passed, 0 failed\n`);
    expect(status).toBe(0);
  });
});
