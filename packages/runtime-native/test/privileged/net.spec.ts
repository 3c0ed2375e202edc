import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const runner = fileURLToPath(new URL('../../build/Release/keelson-net-test', import.meta.url));

const run = (...args: string[]) => spawnSync(runner, args, { encoding: 'utf8', timeout: 50_000 });

const passes = (name: string) => {
  const { status, stdout } = run('--case', name);
  expect(stdout).toBe(`ok ${name}\n1 passed, 0 failed\n`);
  expect(status).toBe(0);
};

describe('the bridge of an instance', () => {
  it.each([
    'makes a bridge once, and again without a change',
    "keeps the bridge's hardware address while ports come and go",
    'takes addresses of another pool off the bridge',
    'refuses an interface of another kind as bridge, by name',
    'lists interfaces by prefix and deletes them, absent ones as well',
    "gives the kernel's own words in an error",
  ])('%s', passes);
});

describe('the network of a container', () => {
  it.each([
    'raises lo alone where there is no network',
    'carries TCP between host and container, IPv4 and IPv6',
    'carries TCP between two containers of one bridge',
    "gives the container's interface its mtu, hardware address and default routes, and no ear for routers",
    'keeps IPv6 off a container whose network has none',
    'sets up IPv4 alone on a host without IPv6',
    'says which bridge is missing',
    'names the interface that exists already, and leaves it alone',
    'leaves no interface behind where a step fails',
    "goes with the container's namespace",
  ])('%s', passes);
});
