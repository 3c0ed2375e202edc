import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../config/config.js';
import { type CdiInventory, qualifiedName } from '../../domain/cdi/cdi.js';
import { CdiDirectories } from './cdi-directories.js';
import { vendorEdits } from './vendor-edits.js';

const homes: string[] = [];
let etc: string;
let run: string;
beforeEach(async () => {
  const home = await mkdtemp('/tmp/k-cdi-');
  homes.push(home);
  [etc, run] = [join(home, 'etc'), join(home, 'run')];
  await mkdir(etc);
});
afterAll(async () => {
  for (const home of homes) await rm(home, { recursive: true, force: true });
});

const spec = (more: object = {}) => ({ cdiVersion: '0.6.0', kind: 'acme.example/nic', devices: [{ name: '0' }], ...more });
const put = (directory: string, name: string, content: unknown) =>
  writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
const read = (): Promise<CdiInventory> => new CdiDirectories({ cdiDirectories: [etc, run] } as unknown as Config).read();
const edit = async (containerEdits: object) => {
  await put(etc, 'one.json', spec({ containerEdits }));
  const { devices, faults } = await read();
  expect(faults).toEqual([]);
  return { devices, problem: devices[0]?.specEdits.problem ?? null };
};
const hook = (...args: string[]) => ({
  hooks: [{ hookName: 'createContainer', path: '/usr/bin/nvidia-cdi-hook', args: ['nvidia-cdi-hook', ...args] }],
});

describe('the directories of specs', () => {
  it('may be missing, or hold JSON and YAML and other files', async () => {
    expect(await read()).toMatchObject({ devices: [], faults: [] });
    await put(etc, 'a.yaml', 'cdiVersion: 0.5.0\nkind: acme.example/nic\ndevices:\n- name: "0"\n  containerEdits:\n    env: [A=b]\n');
    await put(etc, 'b.json', spec({ kind: 'acme.example/gpu' }));
    await put(etc, 'README', 'no spec');
    const { devices, faults } = await read();
    expect(devices.map(qualifiedName)).toEqual(['acme.example/nic=0', 'acme.example/gpu=0']);
    expect([faults, devices[0]?.edits.env]).toEqual([[], ['A=b']]);
  });

  it.each(['0.3.0', '0.4.0', '0.5.0', '0.6.0', '0.7.0', '0.8.0', '1.0.0'])('take version %s of the format', async (cdiVersion) => {
    await put(etc, 'a.json', spec({ cdiVersion }));
    expect((await read()).devices).toHaveLength(1);
  });

  it.each([
    ['broken JSON', '{', /JSON/],
    ['broken YAML', 'kind: [', /flow/i],
    ['a version of the future', spec({ cdiVersion: '7.0.0' }), /^cdiVersion: must be one of 0.3.0/],
    ['no kind', spec({ kind: 'acme' }), /^kind: must be vendor.com\/class/],
    ['no device', spec({ devices: [] }), /^devices: /],
    ['the same device twice', spec({ devices: [{ name: '0' }, { name: '0' }] }), /two devices 0/],
    ['a field that is none', spec({ devises: [] }), /devises/],
    [
      'a path that climbs',
      spec({ containerEdits: { deviceNodes: [{ path: '/dev/../etc' }] } }),
      /^containerEdits.deviceNodes\[0\].path: must be without/,
    ],
    ['no assignment', spec({ containerEdits: { env: ['A'] } }), /^containerEdits.env\[0\]: must be NAME=value/],
  ])('name the file that has %s, and hide no other', async (_what, content, sentence) => {
    await put(etc, typeof content === 'string' && !content.startsWith('{') ? 'bad.yaml' : 'bad.json', content);
    await put(etc, 'good.json', spec({ kind: 'acme.example/gpu' }));
    const { devices, faults } = await read();
    expect(devices.map(qualifiedName)).toEqual(['acme.example/gpu=0']);
    expect(faults).toEqual([{ file: expect.stringMatching(/\/bad\./), problem: expect.stringMatching(sentence) }]);
  });

  it('win one over the other in their order, and two files of one directory shut each other out', async () => {
    await mkdir(run);
    await put(etc, 'a.json', spec({ devices: [{ name: '0', containerEdits: { env: ['FROM=etc'] } }, { name: '1' }] }));
    await put(run, 'a.json', spec({ devices: [{ name: '0', containerEdits: { env: ['FROM=run'] } }] }));
    await put(etc, 'b.json', spec({ devices: [{ name: '1' }, { name: '2' }] }));
    const found = new Map((await read()).devices.map((device) => [device.name, device]));
    expect(found.get('0')?.edits).toMatchObject({ env: ['FROM=run'], problem: null });
    expect(found.get('1')?.edits.problem).toMatch(/a\.json describes it too; remove one/);
    expect(found.get('2')?.edits.problem).toBeNull();
  });
});

describe('an edit', () => {
  it.each([
    ['netDevices', { netDevices: [{ hostInterfaceName: 'eth1', name: 'net0' }] }, /netDevices/],
    ['intelRdt', { intelRdt: { closID: 'a' } }, /intelRdt/],
    [
      'a hook of its own',
      { hooks: [{ hookName: 'prestart', path: '/opt/acme/hook', args: ['hook', '--now'] }] },
      /hook \/opt\/acme\/hook --now, and Keelson runs no hooks/,
    ],
    ['an unknown hook of the generator', hook('wipe-disks'), /wipe-disks/],
    ['a mount of another type', { mounts: [{ hostPath: 'none', containerPath: '/p', type: 'proc' }] }, /type proc/],
    ['a mount with data', { mounts: [{ hostPath: '/a', containerPath: '/p', options: ['bind', 'context=x'] }] }, /context=x/],
    ['a pipe', { deviceNodes: [{ path: '/dev/p', type: 'p' }] }, /named pipe/],
  ])('with %s keeps the device from being used and says why', async (_what, edits, sentence) => {
    expect((await edit(edits)).problem).toMatch(sentence);
  });

  it.each(['chmod', 'disable-device-node-modification', 'enable-cuda-compat'])(
    'with the generator’s hook %s goes without it',
    async (command) => {
      const { devices, problem } = await edit(hook(command, '--x', 'y'));
      expect([problem, devices[0]?.specEdits.skippedHooks]).toEqual([null, [command]]);
    },
  );

  it('of both spec and device comes in that order; links and library names come of the generator’s hooks', async () => {
    const library = process.execPath;
    await put(
      etc,
      'one.json',
      spec({
        containerEdits: {
          env: ['WHO=spec'],
          ...hook('create-symlinks', '--link', 'libx.so.1::/usr/lib/libx.so', '--link=../a::/opt/b'),
          mounts: [{ hostPath: library, containerPath: '/usr/lib/libx.so.1.2', options: ['ro', 'nosuid', 'nodev', 'bind'] }],
        },
        devices: ['0', '1'].map((name) => ({ name, containerEdits: { env: [`WHO=${name}`], additionalGids: [0, 44] } })),
      }),
    );
    expect(await vendorEdits((await read()).devices)).toMatchObject({
      env: ['WHO=spec', 'WHO=0', 'WHO=1'],
      groups: [44],
      links: [
        { path: '/usr/lib/libx.so', target: 'libx.so.1' },
        { path: '/opt/b', target: '../a' },
      ],
      mounts: [{ destination: '/usr/lib/libx.so.1.2', type: 'bind', source: library, options: ['ro', 'nosuid', 'nodev', 'bind'] }],
    });
  });

  it('of a node takes numbers and type from the host where the spec leaves them out', async () => {
    const { devices } = await edit({
      deviceNodes: [
        { path: '/dev/acme0', hostPath: '/dev/null', permissions: 'rw' },
        { path: '/dev/acme1', type: 'b', major: 7, minor: 9, fileMode: 0o20640, uid: 5, gid: 6 },
      ],
    });
    expect(await vendorEdits(devices)).toMatchObject({
      devices: [
        { path: '/dev/acme0', type: 'c', major: 1, minor: 3, fileMode: 0o666 },
        { path: '/dev/acme1', type: 'b', major: 7, minor: 9, fileMode: 0o640, uid: 5, gid: 6 },
      ],
      rules: [
        { allow: true, type: 'c', major: 1, minor: 3, access: 'rw' },
        { allow: true, type: 'b', major: 7, minor: 9, access: 'rwm' },
      ],
    });
  });

  it.each([
    ['a node that the host lacks', { deviceNodes: [{ path: '/dev/acme-none' }] }, /\/dev\/acme-none is not a device/],
    ['a node of another type', { deviceNodes: [{ path: '/dev/a', hostPath: '/dev/null', type: 'b' }] }, /type c, and its CDI spec says b/],
    ['a node in the place of one that all have', { deviceNodes: [{ path: '/dev/null' }] }, /every container has a \/dev\/null/],
    [
      'a mount over the kernel’s files',
      { mounts: [{ hostPath: '/tmp', containerPath: '/proc/driver' }] },
      /nothing can be mounted on \/proc\/driver/,
    ],
  ])('with %s is refused at the start', async (_what, edits, sentence) => {
    const { devices } = await edit(edits);
    await expect(vendorEdits(devices)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(sentence) });
  });
});
