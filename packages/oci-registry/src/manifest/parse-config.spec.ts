import { describe, expect, it } from 'vitest';
import { ContentInvalidError } from '../errors.js';
import { parseImageConfig } from './parse-config.js';

const diff = `sha256:${'b'.repeat(64)}`;
const least = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [diff] } };
const parse = (value: unknown, layers = 1) => parseImageConfig(Buffer.from(JSON.stringify(value)), layers, 'app');

describe('parseImageConfig', () => {
  it('fills in what a builder left out or wrote as null', () => {
    const empty = { User: '', Env: [], Entrypoint: [], Cmd: [], WorkingDir: '', ExposedPorts: [], Volumes: [], Labels: {} };
    expect(parse(least).config).toMatchObject(empty);
    expect(parse({ ...least, config: null, history: null, created: null }).config).toMatchObject(empty);
    expect(
      parse({ ...least, config: { Env: null, Cmd: null, Labels: null, Volumes: null, Healthcheck: null, User: null } }).config,
    ).toMatchObject(empty);
  });

  it('keeps the health check and the history, and drops fields it does not know', () => {
    const read = parse({
      ...least,
      HostConfig: { Privileged: true },
      config: { Healthcheck: { Test: ['CMD', 'true'], Interval: 5e9, Retries: 3 }, Privileged: true },
      history: [{ created_by: 'RUN x', empty_layer: true }],
    });
    expect(read.config.Healthcheck).toMatchObject({ Test: ['CMD', 'true'], Interval: 5e9, Retries: 3 });
    expect(read.history).toEqual([{ created: undefined, createdBy: 'RUN x', comment: undefined, emptyLayer: true }]);
    expect(JSON.stringify(read)).not.toContain('Privileged');
  });

  it('drops environment entries that name nothing', () => {
    expect(parse({ ...least, config: { Env: ['A=1', 'B=', 'C', '=D', 'E=\0'] } }).config.Env).toEqual(['A=1', 'B=']);
  });

  it('keeps a label named like a built-in property', () => {
    const read = parseImageConfig(
      Buffer.from(JSON.stringify({ ...least, config: {} }).replace('"config":{}', '"config":{"Labels":{"__proto__":"x","a":"b"}}')),
      1,
      'app',
    );
    expect(Object.getPrototypeOf(read.config.Labels)).not.toBe('x');
    expect(read.config.Labels['a']).toBe('b');
  });

  it.each<[string, unknown, number]>([
    ['fewer layers than the manifest', least, 2],
    ['more layers than the manifest', least, 0],
    ['a wrong diff id', { ...least, rootfs: { type: 'layers', diff_ids: ['sha256:../x'] } }, 1],
    ['another kind of root filesystem', { ...least, rootfs: { type: 'vm', diff_ids: [diff] } }, 1],
    ['no platform', { rootfs: least.rootfs }, 1],
    ['numbers in the command', { ...least, config: { Cmd: [1] } }, 1],
  ])('refuses %s', (_, value, layers) => {
    expect(() => parse(value, layers)).toThrow(ContentInvalidError);
  });
});
