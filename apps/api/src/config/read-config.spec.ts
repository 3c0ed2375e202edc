import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.js';
import { SETTINGS } from './settings.js';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      root: '/var/lib/keelson',
      run: '/run/keelson',
      listen: { host: '127.0.0.1', port: 7070 },
      hosts: [],
      dockerSocket: '/run/keelson/docker.sock',
      registryMirror: null,
      insecureRegistries: [],
      databaseUrl: 'file:/var/lib/keelson/keelson.db',
      instanceHash: 'fc5ecd22',
    });
  });

  it('reads sizes in bytes or powers of 1024, in whole blocks', () => {
    expect(readConfig({})).toMatchObject({ rootfsBytes: null, tenantRootfsBytes: null });
    const config = readConfig({ KEELSON_ROOTFS_BYTES: '16777217', KEELSON_TENANT_ROOTFS_BYTES: '2T' });
    expect(config).toMatchObject({ rootfsBytes: 16_777_216, tenantRootfsBytes: 2 * 1024 ** 4 });
    for (const wrong of ['1M', '10g', '-1', '1.5G', '9999999T']) {
      expect(() => readConfig({ KEELSON_ROOTFS_BYTES: wrong })).toThrow(`KEELSON_ROOTFS_BYTES is "${wrong}"; write a number of bytes`);
    }
  });

  it('puts database and Docker socket below the directories that were set', () => {
    const config = readConfig({ KEELSON_ROOT: '/data/', KEELSON_RUN: '/run/k2' });
    expect(config).toMatchObject({ root: '/data', databaseUrl: 'file:/data/keelson.db', dockerSocket: '/run/k2/docker.sock' });
    expect(config.instanceHash).not.toBe(readConfig({}).instanceHash);
  });

  it('reads addresses, lists and mirrors', () => {
    const config = readConfig({
      KEELSON_LISTEN: '[::1]:80',
      KEELSON_INSECURE_REGISTRIES: 'a.test:5000, 10.0.0.1:5000',
      KEELSON_REGISTRY_MIRROR: 'http://127.0.0.1:5000',
      KEELSON_HOSTS: 'https://Keelson.test, build.lan',
    });
    expect(config.hosts).toEqual([
      { name: 'keelson.test', tls: true },
      { name: 'build.lan', tls: false },
    ]);
    expect(config.listen).toEqual({ host: '::1', port: 80 });
    expect(config.insecureRegistries).toEqual(['a.test:5000', '10.0.0.1:5000']);
    expect(config.registryMirror).toBe('http://127.0.0.1:5000');
  });

  it.each([
    ['KEELSON_ROOT', 'state', 'KEELSON_ROOT is "state"; write an absolute path'],
    ['KEELSON_RUN', '/tmp/a b', 'KEELSON_RUN is "/tmp/a b"; write a path without spaces, commas, colons and control characters'],
    [
      'KEELSON_RUN',
      `/${'r'.repeat(36)}`,
      `KEELSON_RUN is "/${'r'.repeat(36)}"; use a path of at most 36 bytes, because sockets below it have at most 107`,
    ],
    ['KEELSON_LISTEN', '7070', 'KEELSON_LISTEN is "7070"; write it as host:port, for example 127.0.0.1:7070'],
    ['KEELSON_LISTEN', 'a:99999', 'KEELSON_LISTEN is "a:99999"; write it as host:port, for example 127.0.0.1:7070'],
    ['KEELSON_HOSTS', 'a,http://b', 'KEELSON_HOSTS is "a,http://b"; write name,name or https://name'],
    ['KEELSON_HOSTS', 'https://a:443', 'KEELSON_HOSTS is "https://a:443"; write name,name or https://name'],
    [
      'KEELSON_REGISTRY_MIRROR',
      'http://mirror.test',
      'KEELSON_REGISTRY_MIRROR is "http://mirror.test"; write an https:// address, or http:// with a loopback host',
    ],
    ['KEELSON_INSECURE_REGISTRIES', 'http://a', 'KEELSON_INSECURE_REGISTRIES is "http://a"; write host:port,host:port'],
    [
      'KEELSON_DATABASE_URL',
      'mysql://u:secret@h/d',
      'KEELSON_DATABASE_URL is not a database address; write file:/absolute/path or postgresql://user:password@host/database',
    ],
  ])('refuses %s=%s in one sentence', (name, value, sentence) => {
    expect(() => readConfig({ [name]: value })).toThrow(sentence);
  });

  it.each(['/', '/data', '/data/state/images', '/run'])('refuses the bind root %s, which shares files with the state', (root) => {
    const env = { KEELSON_ROOT: '/data/state', KEELSON_RUN: '/run/k', KEELSON_BIND_ROOTS: `${root},/srv` };
    expect(() => readConfig(env)).toThrow(/^KEELSON_BIND_ROOTS has "[^"]+", which shares files with /);
  });

  it('takes each documented example', () => {
    for (const { name, example } of SETTINGS) expect(() => readConfig({ [name]: example })).not.toThrow();
  });

  it('is documented: the table lists every setting with its default, meaning and an example, and no other', () => {
    const document = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = [...document.matchAll(/^\| `(\w+)` \| `?([^|`]+)`? \| (.*) \| `([^`]+)` \|$/gm)].map(
      ([, name, fallback, meaning, example]) => ({
        name,
        fallback,
        meaning,
        example,
      }),
    );
    expect(rows).toEqual(SETTINGS.map((setting) => ({ ...setting, fallback: setting.fallback || 'none' })));
  });
});
