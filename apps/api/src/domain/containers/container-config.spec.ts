import { describe, expect, it } from 'vitest';
import { createRequest } from '../../testing/container-house.js';
import { type ImageConfig, SILENT_IMAGE } from '../images/images.js';
import { type CreateRequest, completeConfig } from './container-config.js';

const ID = 'ab'.repeat(32);
const SILENT: ImageConfig = { ...SILENT_IMAGE, cmd: ['sh'] };
const PLAIN = createRequest({ network: 'bridge' });

const complete = (request: Partial<CreateRequest>, config: Partial<ImageConfig> = {}) =>
  completeConfig({ ...PLAIN, ...request }, { id: 'sha256:1', config: { ...SILENT, ...config }, layerPaths: [] }, ID, 'directory');

describe('the command', () => {
  const image = { entrypoint: ['entry', '-x'], cmd: ['serve'] };

  it.each<[string, Partial<CreateRequest>, string[]]>([
    ['is the image’s entrypoint and command', {}, ['entry', '-x', 'serve']],
    ['keeps the entrypoint when a command is given', { command: ['help'] }, ['entry', '-x', 'help']],
    ['drops the image’s command with its entrypoint', { entrypoint: ['sh'] }, ['sh']],
    ['is entrypoint and command of the request', { entrypoint: ['sh'], command: ['-c', 'true'] }, ['sh', '-c', 'true']],
    ['may clear the entrypoint', { entrypoint: [], command: ['true'] }, ['true']],
  ])('%s', (_title, request, expected) => {
    expect(complete(request, image).command).toEqual(expected);
  });

  it('must be there', () => {
    expect(() => complete({}, { cmd: [] })).toThrowError(expect.objectContaining({ code: 'invalid_input', details: { field: 'command' } }));
    expect(() => complete({ entrypoint: [] }, image)).toThrowError('names no program');
  });
});

describe('what the image says', () => {
  it('holds where the request is silent', () => {
    const image = { user: 'redis', workingDir: '/data', stopSignal: 'SIGQUIT', labels: { a: '1', b: '1' } };
    expect(complete({ labels: { b: '2' } }, image)).toMatchObject({
      user: 'redis',
      workingDir: '/data',
      stopSignal: 'SIGQUIT',
      labels: { a: '1', b: '2' },
    });
  });

  it('gives way to the request’s environment, name by name', () => {
    expect(complete({ env: { A: '2', C: '3' } }, { env: ['A=1', 'B=1', 'HOME', '=x'] }).env).toEqual(['B=1', 'A=2', 'C=3']);
  });

  it('counts as SIGTERM where it is no signal', () => {
    expect(complete({}, { stopSignal: 'SIGNOPE; rm' }).stopSignal).toBe('SIGTERM');
  });
});

describe('the rest', () => {
  it('has a log that is capped, as asked for or as every other', () => {
    expect(complete({}).log).toEqual({ maxBytes: 16 * 1024 * 1024, maxFiles: 5 });
    expect(complete({ log: { maxBytes: 1_000_000, maxFiles: 2 } }).log).toEqual({ maxBytes: 1_000_000, maxFiles: 2 });
    expect(() => complete({ log: { maxBytes: 1000, maxFiles: 2 } })).toThrowError(expect.objectContaining({ code: 'limit_invalid' }));
  });

  it('has the short id as host name', () => {
    expect(complete({}).hostname).toBe('abababababab');
  });

  it.each(['host', 'none'] as const)('refuses published ports in network mode %s', (network) => {
    const ports = [{ hostAddress: null, hostPort: 80, containerPort: 80, protocol: 'tcp' as const }];
    expect(() => complete({ network, ports })).toThrowError(`in network mode ${network}`);
  });

  it('refuses a number of retries with a policy that has none', () => {
    expect(() => complete({ restartPolicy: { name: 'always', maximumRetryCount: 3 } })).toThrowError('on-failure');
  });
});
