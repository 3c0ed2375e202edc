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

describe('the packet rules of an instance', () => {
  it.each([
    'removes its tables whole, and again',
    'says so where the tables are missing',
    'adds an endpoint twice without a change, and refuses a port that another has',
    'replaces base and endpoints of a thousand containers in one transaction',
    'names what it does not understand',
    'works on a host without IPv6 in its network',
    'warns of tables of others that drop what is forwarded, by name',
    'keeps listening to routers where the host did before it forwards',
  ])('%s', passes);
});

describe('traffic under the rules', () => {
  it.each([
    'leads a published port of every host address to the container, for IPv4 and IPv6',
    'leads a port published on one host address there only',
    "lets containers call a published port by the host's address, where its supervisor listens, and no other",
    "hides containers behind the host's address when they call the world",
    'keeps ports that are not published from the outside, which has a route to them',
    "keeps containers from the host's services, but answers their pings",
    'keeps containers from metadata services',
    'drops what a container sends under an address that is not its own',
    "drops what comes from outside under an address of the bridge's network",
    'does no harm to another network with the same addresses once its own bridge is gone',
    "drops answers to neighbours' questions about an address that is not the answerer's",
    'lets containers of the bridge talk, whether bridged frames pass the packet filter or not',
    "takes an endpoint's ports out of force when it goes, and says nothing when it is gone already",
  ])('%s', passes);
});
