import { describe, expect, it } from 'vitest';
import { emptyForm, type RunForm } from './form';
import { toRequest } from './to-request';

const HOST = { cpus: 4, memoryBytes: 8 * 1024 ** 3 };
const read = (changes: Partial<RunForm>) => toRequest({ ...emptyForm('nginx:1'), ...changes }, HOST);

it('asks for nothing that was not filled in', () => {
  expect(read({})).toEqual({ request: { image: 'nginx:1', start: true }, problems: {} });
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
    memory: '1.5',
    memoryUnit: 'GiB',
    cpus: '0.5',
    pids: '-1',
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
    ['a port out of range', { ports: [{ key: 2, host: '70000', container: '' }] }, { 'ports.2.host': 'port', 'ports.2.container': 'port' }],
    ['more memory than there is', { memory: '9', memoryUnit: 'GiB' as const }, { memory: 'aboveHost' }],
    ['memory that is no number', { memory: 'lots' }, { memory: 'decimal' }],
    ['more CPUs than there are', { cpus: '5' }, { cpus: 'aboveHost' }],
    ['no processes at all', { pids: '0' }, { pids: 'number' }],
    ['half a retry', { restart: 'on-failure' as const, retries: '1.5' }, { retries: 'number' }],
  ])('%s', (_, changes, problems) => {
    expect(read(changes).problems).toEqual(problems);
  });

  it('the second of two equal variables and host ports', () => {
    const env = [1, 2].map((key) => ({ key, name: 'A', value: '' }));
    const ports = [1, 2].map((key) => ({ key, host: '80', container: '80' }));
    expect(read({ env, ports }).problems).toEqual({ 'env.2': 'duplicate', 'ports.2.host': 'duplicate' });
  });
});

it('publishes no ports where there is no address to publish them of', () => {
  expect(read({ network: 'none', ports: [{ key: 1, host: 'x', container: '' }] })).toEqual({
    request: { image: 'nginx:1', network: 'none', start: true },
    problems: {},
  });
});

it('does not judge sizes before the host is known', () => {
  expect(toRequest({ ...emptyForm('a'), cpus: '5000' }, undefined).problems).toEqual({ cpus: 'invalid' });
  expect(toRequest({ ...emptyForm('a'), cpus: '5' }, undefined).problems).toEqual({});
});
