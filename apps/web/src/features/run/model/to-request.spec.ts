import { describe, expect, it } from 'vitest';
import { limitFormOf } from '../../../lib/limits/limit-form';
import { EMPTY_FORM, type RunForm } from './form';
import { toRequest } from './to-request';

const MOUNT = { type: 'tmpfs', target: '', source: '', subpath: '', size: '', readOnly: false, exec: false } as const;
const HOST = { cpus: 4, memoryBytes: 8 * 1024 ** 3 };
const read = (changes: Partial<RunForm>) => toRequest({ ...EMPTY_FORM, image: 'nginx:1', ...changes }, HOST);

it('asks for nothing that was not filled in', () => {
  expect(read({})).toEqual({ request: { image: 'nginx:1', start: true }, problems: {}, rows: {} });
});

it('carries every field', () => {
  const { request, problems } = read({
    name: ' web ',
    command: "sh -c 'echo a'",
    env: [{ key: 1, name: 'A', value: 'b=c' }],
    workingDir: '/srv',
    user: '1000',
    tty: true,
    openStdin: true,
    restart: 'on-failure',
    retries: '3',
    ports: [
      { key: 1, host: '8080', container: '80' },
      { key: 2, host: '', container: '443' },
    ],
    limits: limitFormOf({ memoryBytes: 1.5 * 1024 ** 3, cpus: 0.5, pidsLimit: -1 }),
    hostname: 'box',
    init: true,
    stopSignal: 'INT',
    stopTimeout: '3',
    mounts: [
      { ...MOUNT, key: 1, target: '/tmp/x', size: '8m', exec: true },
      { ...MOUNT, key: 3, type: 'image', target: '/tools', source: 'tools:1', subpath: 'bin' },
      { ...MOUNT, key: 2, type: 'bind', target: '/data', source: '/srv/data', readOnly: true },
    ],
    readonlyRootfs: true,
    sysctls: [{ key: 1, name: 'net.core.somaxconn', value: '1024' }],
    devices: [{ key: 1, hostPath: '/dev/fuse', containerPath: '', permissions: 'rw' }],
    deviceRules: 'c 10:200 rwm\n\n',
    gpus: '2',
    cdiDevices: 'vendor.com/class=one, vendor.com/class=two',
    addCapabilities: 'NET_ADMIN, SYS_TIME',
    dropCapabilities: 'ALL',
    check: { ...EMPTY_FORM.check, command: 'test -e /ok', interval: '0.5', onUnhealthy: 'restart' },
  });
  expect(problems).toEqual({});
  expect(request).toEqual({
    image: 'nginx:1',
    name: 'web',
    command: ['sh', '-c', 'echo a'],
    env: { A: 'b=c' },
    workingDir: '/srv',
    user: '1000',
    tty: true,
    openStdin: true,
    resources: { memoryBytes: 1.5 * 1024 ** 3, cpus: 0.5, pidsLimit: -1 },
    ports: [{ hostPort: 8080, containerPort: 80 }, { containerPort: 443 }],
    restartPolicy: { name: 'on-failure', maximumRetryCount: 3 },
    hostname: 'box',
    init: true,
    stopSignal: 'INT',
    stopTimeoutSeconds: 3,
    mounts: [
      { type: 'tmpfs', target: '/tmp/x', sizeBytes: 8 * 1024 ** 2, exec: true },
      { type: 'image', target: '/tools', source: 'tools:1', subpath: 'bin' },
      { type: 'bind', target: '/data', source: '/srv/data', readOnly: true },
    ],
    readonlyRootfs: true,
    sysctls: { 'net.core.somaxconn': '1024' },
    devices: [{ hostPath: '/dev/fuse', permissions: 'rw' }],
    deviceRules: ['c 10:200 rwm'],
    gpus: 2,
    cdiDevices: ['vendor.com/class=one', 'vendor.com/class=two'],
    security: { addCapabilities: ['NET_ADMIN', 'SYS_TIME'], dropCapabilities: ['ALL'] },
    healthcheck: { command: ['test', '-e', '/ok'], intervalSeconds: 0.5, onUnhealthy: 'restart' },
    start: true,
  });
});

describe('a problem is told at its field', () => {
  it.each([
    ['no image', { image: '' }, { image: 'required' }],
    ['a bad name', { name: '-x' }, { name: 'name' }],
    ['an open quote', { command: "sh -c 'x" }, { command: 'unfinished' }],
    ['a relative directory', { workingDir: 'srv' }, { workingDir: 'path' }],
    ['a value without a name', { env: [{ key: 7, name: '', value: 'x' }] }, { 'env.7': 'required' }],
    [
      'a port out of range',
      { ports: [{ key: 2, host: '70000', container: '' }] },
      { 'ports.2.hostPort': 'port', 'ports.2.containerPort': 'port' },
    ],
    ['a limit', { limits: limitFormOf({ cpus: 5 }) }, { 'resources.cpus': 'aboveHost' }],
    [
      'a mount without a place, by its row',
      {
        mounts: [
          { ...MOUNT, key: 4, target: '/a' },
          { ...MOUNT, key: 9 },
        ],
      },
      { 'mounts.9.target': 'path' },
    ],
    ['a size that is none', { mounts: [{ ...MOUNT, key: 4, target: '/a', size: 'big' }] }, { 'mounts.4.sizeBytes': 'size' }],
    [
      'a time that is none',
      { check: { ...EMPTY_FORM.check, command: 'true', interval: 'soon' } },
      { 'healthcheck.intervalSeconds': 'decimal' },
    ],
    ['half a retry', { restart: 'on-failure' as const, retries: '1.5' }, { 'restartPolicy.maximumRetryCount': 'number' }],
  ])('%s', (_, changes, problems) => {
    expect(read(changes).problems).toEqual(problems);
  });

  it('the second of two equal variables and host ports', () => {
    const env = [1, 2].map((key) => ({ key, name: 'A', value: '' }));
    const ports = [1, 2].map((key) => ({ key, host: '80', container: '80' }));
    expect(read({ env, ports }).problems).toEqual({ 'env.2': 'duplicate', 'ports.2.hostPort': 'duplicate' });
  });
});

it('publishes no ports where there is no address to publish them of', () => {
  expect(read({ network: 'none', ports: [{ key: 1, host: 'x', container: '' }] })).toEqual({
    request: { image: 'nginx:1', network: 'none', start: true },
    problems: {},
    rows: {},
  });
});
