import { expect, it } from 'vitest';
import type { Host, Instance } from './system.js';
import { warningsAbout } from './warnings.js';

const HOST: Host = {
  name: 'h',
  kernel: '6.1.0',
  operatingSystem: 'Debian',
  architecture: 'x86_64',
  cgroupVersion: 2,
  swapLimit: true,
  disk: { totalBytes: 1000, freeBytes: 500 },
};
const INSTANCE: Instance = { version: '1', root: '/data', dockerSocket: '/run/k.sock', listenHost: '127.0.0.1' };

it('says nothing about a host on which all is well', () => {
  expect(warningsAbout(HOST, INSTANCE)).toEqual([]);
});

it.each<[string, Partial<Host>, Partial<Instance>, string]>([
  ['a disk that is nearly full', { disk: { totalBytes: 1000, freeBytes: 49 } }, {}, 'the disk that holds /data'],
  ['an API that others can reach', {}, { listenHost: '0.0.0.0' }, 'without TLS'],
  ['an API that others can reach by IPv6', {}, { listenHost: '::' }, 'without TLS'],
  ['cgroup v1', { cgroupVersion: 1 }, {}, 'cgroup v1'],
  ['a kernel that does not count swap', { swapLimit: false }, {}, 'swap'],
])('warns of %s', (_, host, instance, words) => {
  expect(warningsAbout({ ...HOST, ...host }, { ...INSTANCE, ...instance })).toEqual([expect.stringContaining(words)]);
});
