import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CreateContainerInput, cdiDeviceList } from '@keelson/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { kernelFile } from '../support/kernel-file.js';
import { type LoopDevice, openLoopDevice } from '../support/loop-device.js';
import { addMember } from '../support/members.js';
import { useSuite } from '../support/suite.js';

const run = promisify(execFile);
const home = mkdtempSync('/tmp/kcdi-');
chmodSync(home, 0o755);
const [etc, generated] = [join(home, 'etc'), join(home, 'run')];
for (const directory of [etc, generated]) mkdirSync(directory);

/** A library, and a program that finds it by the name it has in itself. */
const SOURCE = {
  'acme.c': 'const char *acme(void) { return "the vendor’s library answers"; }\n',
  'ask.c': '#include <stdio.h>\nconst char *acme(void);\nint main(void) { puts(acme()); return 0; }\n',
};
const LIBRARY = 'libacme.so.9.1';

const suite = useSuite({ images: ['busybox', 'debian'], env: () => ({ KEELSON_CDI_DIRECTORIES: `${etc},${generated}` }) });
let disk: LoopDevice;
beforeAll(async () => {
  disk = await openLoopDevice(1024 * 1024);
  for (const [name, text] of Object.entries(SOURCE)) writeFileSync(join(home, name), text);
  await run('gcc', ['-shared', '-fPIC', '-Wl,-soname,libacme.so.9', '-o', join(home, LIBRARY), join(home, 'acme.c')]);
  await run('gcc', ['-o', join(home, 'ask'), join(home, 'ask.c'), join(home, LIBRARY)]);
  writeFileSync(join(home, 'notes'), 'from the vendor\n');
  writeFileSync(join(etc, 'acme.yaml'), acmeSpec());
  writeFileSync(join(etc, 'broken.json'), '{"cdiVersion": "0.6.0", "kind": "broken"}');
});
afterAll(async () => {
  await disk?.close();
  rmSync(home, { recursive: true, force: true });
});

/** As the standard generator writes them: the node named and not numbered, one library, two hooks, everything in each file's own edits. */
function acmeSpec(): string {
  return `
cdiVersion: 0.6.0
kind: acme.example/gpu
containerEdits:
  env: [ACME_VISIBLE=void, "LD_LIBRARY_PATH=/opt/first"]
  mounts:
  - {hostPath: ${join(home, LIBRARY)}, containerPath: /opt/acme/lib/${LIBRARY}, options: [ro, nosuid, nodev, rbind, rprivate]}
  - {hostPath: ${join(home, 'ask')}, containerPath: /opt/acme/ask, options: [ro, nosuid, nodev, bind]}
  - {hostPath: ${join(home, 'notes')}, containerPath: /opt/acme/notes, options: [ro, bind]}
  hooks:
  - {hookName: createContainer, path: /usr/bin/nvidia-cdi-hook, args: [nvidia-cdi-hook, create-symlinks, --link, "${LIBRARY}::/opt/acme/lib/libacme.so"]}
  - {hookName: createContainer, path: /usr/bin/nvidia-ctk, args: [nvidia-ctk, hook, update-ldcache, --folder, /opt/acme/lib]}
  - {hookName: createContainer, path: /usr/bin/nvidia-cdi-hook, args: [nvidia-cdi-hook, enable-cuda-compat]}
devices:
- name: "0"
  containerEdits:
    deviceNodes: [{path: /dev/acme0, hostPath: ${disk.path}, permissions: r}]
    additionalGids: [4242]
    env: [ACME_DEVICE=0]
- name: "1"
  containerEdits:
    deviceNodes: [{path: /dev/acme/one, hostPath: ${disk.path}, permissions: rw, fileMode: 384, uid: 1000, gid: 7}]
    env: [ACME_DEVICE=1]
- name: all
  containerEdits:
    deviceNodes: [{path: /dev/acme0, hostPath: ${disk.path}}]
    env: [ACME_DEVICE=all]
- name: hooked
  containerEdits:
    hooks: [{hookName: prestart, path: ${home}/hook, args: [hook]}]
`;
}

type Wanted = Partial<CreateContainerInput>;
const NIC = { cdiVersion: '1.0.0', kind: 'acme.example/nic' };
const input = (script: string, wanted: Wanted): CreateContainerInput => ({
  image: suite.image('busybox'),
  command: ['sh', '-c', script],
  ...wanted,
});
const outputOf = async (script: string, wanted: Wanted) => {
  const { container } = await suite.api.run(input(script, wanted));
  return (await suite.api.output(container.id)).trim();
};
const devices = (...names: string[]) => ({ cdiDevices: names.map((name) => `acme.example/gpu=${name}`) });

describe('a vendor’s device', () => {
  it('brings its node, its files and its variables, as far as its spec allows', async () => {
    const script = `head -c 512 /dev/acme0 | wc -c; (: > /dev/acme0) 2>&1 || true; stat -c %a:%u:%g /dev/acme0
      cat /opt/acme/notes; (echo x > /opt/acme/notes) 2>&1; echo $ACME_VISIBLE $ACME_DEVICE; id -G`;
    const output = await outputOf(script, devices('0'));
    expect(output).toMatch(/^512$/m);
    expect(output).toMatch(/can't create \/dev\/acme0: Operation not permitted/);
    expect(output).toMatch(/^666:0:0$/m);
    expect(output).toMatch(/^from the vendor$/m);
    expect(output).toMatch(/\/opt\/acme\/notes: Read-only file system/);
    expect(output).toMatch(/^void 0$/m);
    expect(output).toMatch(/^0 4242$/m);
  });

  it('may have an owner, a mode and a place of its own', async () => {
    const script = 'stat -c %a:%u:%g /dev/acme/one; echo written > /dev/acme/one && head -c 7 /dev/acme/one';
    expect(await outputOf(script, { ...devices('1'), user: '1000:7' })).toBe('600:1000:7\nwritten');
  });

  it('stands in the kernel’s list of devices, and a change of limits leaves it there', async () => {
    const { cgroupVersion } = await suite.api.system();
    const container = await suite.api.containers.create({ ...input('sleep 1000', devices('0')), start: true });
    const read = () =>
      suite.api.containers.exec(container.id, { command: ['sh', '-c', 'head -c 512 /dev/acme0 | wc -c; echo $ACME_DEVICE; id -G'] });
    await suite.api.containers.update(container.id, { resources: { pidsLimit: 99 } });
    expect((await read()).stdout).toBe('512\n0\n0 4242\n');
    if (cgroupVersion === 1) {
      const list = await kernelFile(container, 1, { v1: ['devices', 'devices.list'], v2: '' });
      expect(list.split('\n')).toContain(`b ${disk.number} r`);
    }
    await suite.api.containers.remove(container.id, { force: true });
  });

  it('has its libraries where the loader of the image finds them, by links that no hook has made', async () => {
    const script = 'readlink /opt/acme/lib/libacme.so /opt/acme/lib/libacme.so.9; echo $LD_LIBRARY_PATH; /opt/acme/ask';
    const output = await outputOf(script, { ...devices('0'), image: suite.image('debian') });
    expect(output.split('\n')).toEqual([LIBRARY, LIBRARY, '/opt/first:/opt/acme/lib', 'the vendor’s library answers']);
  });

  it('is not in a container that did not ask for it', async () => {
    expect(await outputOf('ls /dev/acme0 /opt 2>&1; echo "$ACME_VISIBLE"', {})).toMatch(/\/dev\/acme0: No such file/);
  });
});

describe('GPUs', () => {
  it.each([
    ['all', 'all'],
    [1, '0'],
    [{ devices: ['1'] }, '1'],
  ] as const)('asked for as %j are those of the vendor', async (gpus, expected) => {
    const wanted = typeof gpus === 'object' ? { devices: [...gpus.devices] } : gpus;
    const { container } = await suite.api.run(input('echo $ACME_DEVICE', { gpus: wanted }));
    expect([await suite.api.output(container.id), container.gpus]).toEqual([`${expected}\n`, wanted]);
  });
});

describe('what cannot be had', () => {
  it.each([
    [
      'a device of that name',
      devices('7'),
      /no device acme.example\/gpu=7 \(there are acme.example\/gpu=0, .*broken.json is left out: kind: must be vendor/,
    ],
    ['so many GPUs', { gpus: 3 }, /3 GPUs are asked for and this host has 2/],
    ['a device that needs a program run', devices('hooked'), /needs the hook .*hook, and Keelson runs no hooks/],
  ] as const)('is told before anything is made: %s', async (_what, wanted, sentence) => {
    const before = await suite.api.containers.list();
    const refused = await expectFailure(suite.api.containers.create(input('true', wanted)), 'invalid_input');
    expect(refused.body.message).toMatch(sentence);
    expect(await suite.api.containers.list()).toEqual(before);
  });

  it('at a later start, since its spec is gone, stops that start and not the server', async () => {
    const file = join(generated, 'nic.json');
    writeFileSync(file, JSON.stringify({ ...NIC, devices: [{ name: '0', containerEdits: { env: ['NIC=0'] } }] }));
    const { id } = await suite.api.containers.create(input('echo $NIC', { cdiDevices: ['acme.example/nic=0'] }));
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    rmSync(file);
    const refused = await expectFailure(suite.api.containers.start(id), 'invalid_input');
    expect(refused.body.message).toMatch(/no device acme.example\/nic=0/);
    expect(await suite.api.output(id)).toBe('0\n');
  });

  it('is a mount where the user has one', async () => {
    const wanted: Wanted = { ...devices('0'), mounts: [{ type: 'tmpfs', target: '/opt/acme/notes' }] };
    const refused = await expectFailure(suite.api.run(input('true', wanted)), 'invalid_input');
    expect(refused.body.message).toMatch(/on \/opt\/acme\/notes, where another mount is asked for/);
  });

  it('is anything, for a member, who does not learn what there is', async () => {
    const member = new Api(suite.server.baseUrl, addMember(suite.instance, { name: 'dev', tenant: 'default', role: 'member' }));
    for (const wanted of [devices('0'), devices('7'), { gpus: 'all' as const }])
      await expectFailure(member.containers.create(input('true', wanted)), 'forbidden');
    await expectFailure(member.json(cdiDeviceList, 'GET', '/devices/cdi'), 'forbidden');
  });
});

describe('GET /devices/cdi', () => {
  it('lists what the specs describe, with what is wrong with it', async () => {
    writeFileSync(
      join(generated, 'nic.json'),
      JSON.stringify({ ...NIC, devices: [{ name: '0', containerEdits: { netDevices: [{ name: 'a' }] } }] }),
    );
    const list = await suite.api.json(cdiDeviceList, 'GET', '/devices/cdi');
    expect(list.directories).toEqual([etc, generated]);
    expect(list.devices.map(({ name, problem }) => [name, problem === null])).toEqual([
      ['acme.example/gpu=0', true],
      ['acme.example/gpu=1', true],
      ['acme.example/gpu=all', true],
      ['acme.example/gpu=hooked', false],
      ['acme.example/nic=0', false],
    ]);
    expect(list.devices[0]?.skippedHooks).toEqual(['enable-cuda-compat']);
    expect(list.faults).toEqual([{ file: join(etc, 'broken.json'), problem: expect.stringContaining('kind') }]);
  });
});
