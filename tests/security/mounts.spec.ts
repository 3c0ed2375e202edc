import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file } from '../../packages/runtime-native/test/support/tar.js';
import { Api } from '../support/api.js';
import { ApiFailure } from '../support/client.js';
import { pushVariant } from '../support/images/variant.js';
import { addMember } from '../support/members.js';
import { rounds } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';

const home = mkdtempSync('/tmp/ks-mounts-');
const shared = join(home, 'shared');
const canary = join(home, 'canary');
for (const directory of [shared, canary]) mkdirSync(directory, { mode: 0o777 });
writeFileSync(join(canary, 'bait'), 'untouched\n');
// Both containers write there, each as an id of its own block; mkdir(2) would mask the mode.
chmodSync(shared, 0o777);

const TRIES = rounds(25, 2000);
const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_BIND_ROOTS: shared }) });
let member: Api;
beforeAll(() => {
  member = new Api(suite.server.baseUrl, addMember(suite.instance, { name: 'mia', tenant: 'default', role: 'member' }));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Refusals are fine; faults of ours are not. */
async function refusedOr<T>(attempt: Promise<T>): Promise<T | null> {
  return attempt.catch((error: unknown) => {
    if (error instanceof ApiFailure && (error.status < 500 || error.code === 'runtime_failed')) return null;
    throw error;
  });
}

describe('two containers that share a directory', () => {
  it(
    '1a 7: one swaps the other’s mount points for links while it starts, and nothing is ever mounted outside (CVE-2021-30465)',
    async () => {
      const flip = 'cd /data; while true; do rm -rf inner; mkdir inner; rm -rf inner; ln -s /../../../../../..$0 inner; done';
      const mounts = [{ type: 'bind' as const, source: shared, target: '/data' }];
      const flipper = await suite.api.containers.create({
        image: suite.image('busybox'),
        command: ['sh', '-c', flip, canary],
        mounts,
        start: true,
      });
      let started = 0;
      for (let time = 0; time < TRIES; time++) {
        const outcome = await refusedOr(
          suite.api.run({
            image: suite.image('busybox'),
            command: ['sh', '-c', 'cat /proc/self/mountinfo; echo reached > /data/inner/made'],
            mounts: [...mounts, { type: 'tmpfs', target: '/data/inner' }],
          }),
        );
        expect(readdirSync(canary)).toEqual(['bait']);
        expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(canary);
        if (!outcome) continue;
        started++;
        const points = (await suite.api.output(outcome.container.id)).split('\n').map((line) => line.split(' ')[4] ?? '');
        expect(points.filter((point) => point.includes('canary'))).toEqual([]);
        await suite.api.containers.remove(outcome.container.id);
      }
      expect(started).toBeLessThanOrEqual(TRIES);
      await suite.api.containers.remove(flipper.id, { force: true });
    },
    TRIES * 5000,
  );
});

describe('programs and libraries of an image', () => {
  it('1a 3, 1a 5: none is run or loaded by anything of the host (CVE-2019-14271, CVE-2026-41567)', async () => {
    const marker = join(shared, 'marker');
    const script = `#!/bin/sh\necho ran > ${marker}\necho ran > /ran-inside\n`;
    const tools = ['xz', 'unpigz', 'pigz', 'gzip', 'zstd', 'bzip2', 'getent', 'mount', 'umount', 'ip', 'nft', 'modprobe'];
    const libraries = ['lib/libnss_files.so.2', 'lib/x86_64-linux-gnu/libnss_files.so.2', 'lib/libc.so.6', 'lib64/ld-linux-x86-64.so.2'];
    const image = await pushVariant(suite.registry.host, 'helpers', {
      base: 'busybox',
      entries: [
        ...tools.flatMap((tool) => [file(`usr/bin/${tool}`, script, { mode: 0o755 }), file(`usr/sbin/${tool}`, script, { mode: 0o755 })]),
        ...libraries.map((library) => file(library, script, { mode: 0o755 })),
        file('etc/ld.so.preload', '/lib/libnss_files.so.2\n'),
        file('etc/nsswitch.conf', 'passwd: evil files\n'),
      ],
    });
    await suite.api.pulled(image);
    const { id } = await suite.api.containers.create({ image, user: 'app', command: ['/bin/sleep', '1000'], start: true });
    expect((await suite.api.containers.exec(id, { command: ['/bin/id', '-u'], user: 'app' })).stdout).toBe('1000\n');
    // What the supervisor and the server have mapped is theirs.
    const { pid } = await suite.api.containers.inspect(id);
    const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    for (const process of [parent, suite.server.pid]) {
      const maps = await readFile(`/proc/${process}/maps`, 'utf8');
      expect(maps).not.toContain(`${suite.instance.root}/containers`);
      expect(maps).not.toContain(`${suite.instance.root}/images/layers`);
    }
    await suite.api.containers.restart(id, 0);
    await suite.api.containers.stop(id, 0);
    await suite.api.containers.remove(id);
    expect(readdirSync(shared)).not.toContain('marker');
  });
});

describe('ways to say "the whole host" (1c 29, 1c 30)', () => {
  symlinkSync('/', join(home, 'root-link'));
  const bind = (source: string, target = '/host') => ({ mounts: [{ type: 'bind', source, target }] });
  const WAYS: [string, object][] = [
    ['/', bind('/')],
    ['//', bind('//')],
    ['/./', bind('/./')],
    ['up from an allowed one', bind(`${shared}/../../../`)],
    ['up over a link', bind(join(home, 'root-link'))],
    ['procfs', bind('/proc/1/root')],
    ['the state of the instance', bind('/proc/self/cwd')],
    ['the Docker socket', bind('/run/docker.sock', '/run/docker.sock')],
    ['a device', { devices: [{ hostPath: '/dev/vda' }] }],
    ['every device', { deviceRules: ['a *:* rwm'] }],
    ['all privileges', { security: { privileged: true } }],
    ['one capability', { security: { addCapabilities: ['SYS_ADMIN'] } }],
    ['no filter', { security: { seccomp: 'unconfined' } }],
    ['processes', { namespaces: { pid: 'host' } }],
    ['its network', { network: 'host' }],
    ['a field that others have', { HostConfig: { Binds: ['/:/host'] } }],
    ['another', { binds: ['/:/host'] }],
    ['a third', { volumesFrom: ['other'] }],
    ['a driver’s option', { mounts: [{ type: 'volume', source: 'v', target: '/host', driverOpts: { o: 'bind', device: '/' } }] }],
  ];

  it.each(WAYS)('%s: a member is refused, alone and beside what is allowed', async (_name, way) => {
    const before = (await suite.api.containers.list()).length;
    for (const more of [{}, { mounts: [{ type: 'tmpfs', target: '/scratch' }, ...((way as { mounts?: object[] }).mounts ?? [])] }]) {
      const body = { image: suite.image('busybox'), command: ['true'], ...way, ...more };
      const answer = await member.fetch('POST', '/containers', { body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      await answer.body?.cancel();
    }
    expect((await suite.api.containers.list()).length).toBe(before);
  });

  it.each(WAYS)('%s: nor does a change of a container that exists give it', async (_name, way) => {
    const { id } = await member.containers.create({ image: suite.image('busybox'), command: ['true'] });
    const answer = await member.fetch('PATCH', `/containers/${id}`, { body: { ...way, whenRestartNeeded: 'record' } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    await answer.body?.cancel();
    await member.containers.remove(id);
  });
});

describe('kernel settings (1b 17, CVE-2022-0811)', () => {
  const BAD: [string, string][] = [
    ['kernel.core_pattern', '|/bin/sh'],
    ['kernel.shm_rmid_forced', '1+kernel.core_pattern=|/bin/sh'],
    ['kernel.shm_rmid_forced', '1\nkernel.core_pattern=x'],
    ['kernel.shm_rmid_forced', '1 '],
    ['kernel/shm_rmid_forced/../core_pattern', 'x'],
    ['kernel.shm_rmid_forced=1 kernel.core_pattern', 'x'],
    ['kernel.modprobe', '/tmp/x'],
    ['net.ipv4.conf.all.route_localnet', '1'],
    ['vm.overcommit_memory', '1'],
    ['fs.suid_dumpable', '2'],
  ];

  it.each(BAD)('%s = %j is refused, and the host’s stay as they are', async (name, value) => {
    const files = ['core_pattern', 'modprobe', 'shm_rmid_forced'].map((key) => `/proc/sys/kernel/${key}`);
    const settings = () => Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')));
    const before = await settings();
    const answer = await suite.api.fetch('POST', '/containers', {
      body: { image: suite.image('busybox'), command: ['true'], sysctls: { [name]: value }, start: true },
    });
    expect(answer.status).toBe(400);
    await answer.body?.cancel();
    expect(await settings()).toEqual(before);
  });
});
