import { readFile } from 'node:fs/promises';
import type { CreateContainerInput } from '@keelson/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { addMember } from '../support/members.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

type Security = NonNullable<CreateContainerInput['security']>;

const suite = useSuite({ images: ['busybox'] });
let member: Api;

beforeAll(async () => {
  member = new Api(suite.server.baseUrl, addMember(suite.instance, { name: 'mia', tenant: 'default', role: 'member' }));
});

const request = (security: Security, script = 'sleep 1000'): CreateContainerInput => ({
  image: suite.image('busybox'),
  command: ['sh', '-c', script],
  security,
});

async function run(security: Security, script: string): Promise<string> {
  const { container } = await suite.api.run(request(security, `${script} 2>&1`));
  return (await suite.api.output(container.id)).trim();
}

/** proc_pid_status(5) of a running container's first process, as the host sees it. */
async function statusOf(security: Security): Promise<(field: string) => string> {
  const { id } = await suite.api.containers.create({ ...request(security), start: true });
  const { pid } = await suite.api.containers.inspect(id);
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return (field) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
}

const capability = (bit: number) => 1n << BigInt(bit);
const STANDARD = 0x800405fbn;
const NET_ADMIN = 12;
const KILL = 5;

describe('capabilities', () => {
  it('are added and dropped in the kernel', async () => {
    const status = await statusOf({ addCapabilities: ['net_admin'], dropCapabilities: ['KILL'] });
    for (const set of ['CapBnd', 'CapPrm', 'CapEff'])
      expect(BigInt(`0x${status(set)}`), set).toBe((STANDARD | capability(NET_ADMIN)) & ~capability(KILL));
    for (const set of ['CapInh', 'CapAmb']) expect(BigInt(`0x${status(set)}`), set).toBe(0n);
    expect(status('Seccomp')).toBe('2');
  });

  it('none at all where all are dropped', async () => {
    const status = await statusOf({ dropCapabilities: ['ALL'] });
    for (const set of ['CapBnd', 'CapPrm', 'CapEff']) expect(BigInt(`0x${status(set)}`), set).toBe(0n);
  });

  it('NET_ADMIN adds a link, which nobody can without', async () => {
    expect(await run({}, 'ip link add probe0 type dummy; echo $?')).toMatch(/[^0]$/);
    expect(await run({ addCapabilities: ['NET_ADMIN'] }, 'ip link add probe0 type bridge; ip link show probe0 | grep -c probe0')).toBe('1');
  });

  it('SYS_ADMIN mounts within the container, and the host’s mounts stay as they are', async () => {
    expect(await run({}, 'mount -t tmpfs none /tmp; echo $?')).toMatch(/[^0]$/);
    const script = 'mount -t tmpfs keelson-canary /tmp && grep -c "^keelson-canary /tmp tmpfs" /proc/mounts; sleep 1000';
    const { id } = await suite.api.containers.create({ ...request({ addCapabilities: ['SYS_ADMIN'] }, script), start: true });
    await until(
      () => suite.api.output(id),
      (text) => text.trim() === '1',
    );
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain('keelson-canary');
  });

  it('an added process holds the same ones', async () => {
    const { id } = await suite.api.containers.create({
      ...request({ dropCapabilities: ['ALL'], addCapabilities: ['CHOWN'] }),
      start: true,
    });
    const { stdout } = await suite.api.containers.exec(id, { command: ['grep', 'CapEff', '/proc/self/status'] });
    expect(stdout.trim()).toBe('CapEff:\t0000000000000001');
  });

  it('a name that is none is refused by its field', async () => {
    const refusal = await expectFailure(suite.api.containers.create(request({ addCapabilities: ['FLY'] })), 'invalid_input');
    expect(refusal.body.details).toMatchObject({ field: 'security.addCapabilities' });
  });
});

describe('the system call filter', () => {
  it('is none where it is unconfined', async () => {
    const status = await statusOf({ seccomp: 'unconfined' });
    expect([status('Seccomp'), status('NoNewPrivs')]).toEqual(['0', '1']);
    expect(BigInt(`0x${status('CapEff')}`)).toBe(STANDARD);
  });

  it('is one’s own where a profile is given: a call that it forbids fails, all else works', async () => {
    const own = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 }] };
    expect(await run({ seccomp: own }, 'mkdir /tmp/x')).toContain('No space left on device');
    expect((await statusOf({ seccomp: own }))('Seccomp')).toBe('2');
  });

  it('that is no filter stops the container from its start, with the reason', async () => {
    const broken = { defaultAction: 'SCMP_ACT_NOTIFY_NOBODY', syscalls: [] };
    const refusal = await expectFailure(suite.api.containers.create({ ...request({ seccomp: broken }), start: true }), 'runtime_failed');
    expect(refusal.body.message).toContain('SCMP_ACT_NOTIFY_NOBODY');
  });
});

describe('new privileges', () => {
  it('can be had where that is asked for', async () => {
    expect((await statusOf({ noNewPrivileges: false }))('NoNewPrivs')).toBe('0');
    expect((await statusOf({}))('NoNewPrivs')).toBe('1');
  });
});

describe('a privileged container', () => {
  it('holds every capability of its own user namespace, has no filter and no masks', async () => {
    const status = await statusOf({ privileged: true });
    expect(BigInt(`0x${status('CapEff')}`) & capability(21)).not.toBe(0n);
    expect(status('Seccomp')).toBe('0');
    expect(await run({ privileged: true }, 'ls /sys/kernel | wc -l')).not.toBe('0');
  });

  it('is still nobody on the host: its user is none of the host’s, its devices are not, kernel settings stay', async () => {
    const status = await statusOf({ privileged: true });
    expect(Number(status('Uid').split('\t')[0])).toBeGreaterThanOrEqual(0x70000000);
    const script =
      'mknod /tmp/d b 7 0 && head -c 1 /tmp/d; (: >> /proc/sys/kernel/core_pattern) && echo open; (: >> /proc/sysrq-trigger) && echo open; echo end';
    const seen = await run({ privileged: true }, script);
    expect(seen).not.toMatch(/^open$/m);
    expect(seen).toMatch(/^end$/m);
  });
});

describe('a member of a tenant', () => {
  const denied: Record<string, CreateContainerInput> = {
    privileged: { image: '', security: { privileged: true } },
    'one capability more': { image: '', security: { addCapabilities: ['CAP_SYS_PTRACE'] } },
    'all capabilities': { image: '', security: { addCapabilities: ['all'] } },
    'no filter': { image: '', security: { seccomp: 'unconfined' } },
    'a filter of their own': { image: '', security: { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } } },
    'a device of the host': { image: '', devices: [{ hostPath: '/dev/loop0' }] },
    'a rule for devices': { image: '', deviceRules: ['a *:* rwm'] },
    'the host’s network': { image: '', network: 'host' },
    'the host’s processes': { image: '', namespaces: { pid: 'host' } },
    'the host’s shared memory': { image: '', namespaces: { ipc: 'host' } },
    'files of the host': { image: '', mounts: [{ type: 'bind', source: '/srv', target: '/srv' }] },
  };

  it.each(Object.entries(denied))('is refused %s, and nothing is made', async (_what, input) => {
    const before = await suite.api.containers.list();
    await expectFailure(member.containers.create({ ...input, image: suite.image('busybox'), start: true }), 'forbidden');
    expect(await suite.api.containers.list()).toEqual(before);
  });

  it.each([
    [
      'padded to 3 MiB',
      (body: object) => ({ body: new TextEncoder().encode(JSON.stringify({ ...body, labels: { pad: 'x'.repeat(3 << 20) } })) }),
    ],
    [
      'with the field twice',
      (body: object) => ({ body: new TextEncoder().encode(JSON.stringify(body).replace(/}$/, ',"security":{"privileged":true}}')) }),
    ],
    ['as a form', (body: object) => ({ body: new TextEncoder().encode(JSON.stringify(body)), headers: { 'content-type': 'text/plain' } })],
    ['packed', (body: object) => ({ body: new TextEncoder().encode(JSON.stringify(body)), headers: { 'content-encoding': 'gzip' } })],
  ])('1c 28: is refused a privileged container also %s', async (_how, encode) => {
    const count = (await suite.api.containers.list()).length;
    const { body, headers = {} } = encode({ image: suite.image('busybox'), security: { privileged: true } }) as {
      body: Uint8Array<ArrayBuffer>;
      headers?: Record<string, string>;
    };
    const response = await member.fetch('POST', '/containers', { body, headers: { 'content-type': 'application/json', ...headers } });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    await response.body?.cancel();
    expect((await suite.api.containers.list()).length).toBe(count);
  });

  it('runs containers with every wall up', async () => {
    const { container, result } = await member.run({
      image: suite.image('busybox'),
      command: ['true'],
      security: { dropCapabilities: ['ALL'] },
    });
    expect(result.exitCode).toBe(0);
    expect((await member.containers.inspect(container.id)).security.dropCapabilities).toEqual(['ALL']);
  });
});

describe('a tenant that is denied a privilege', () => {
  const image = () => suite.image('busybox');
  const deny = (api: Api, tenantId: string, deniedPrivileges: string[]) =>
    api.fetch('PATCH', `/tenants/${tenantId}`, { body: { deniedPrivileges } });

  it('has nobody, administrators included, who makes, starts or enters such a container; what runs goes on', async () => {
    const admin = new Api(suite.server.baseUrl, addMember(suite.instance, { name: 'olga', tenant: 'denied', role: 'admin' }));
    await admin.images.pull({ reference: image() });
    const input = { image: image(), command: ['sleep', '100'], security: { addCapabilities: ['CAP_SYS_PTRACE'] } };
    const running = await admin.containers.create({ ...input, start: true });
    const stopped = await admin.containers.create(input);
    expect((await deny(suite.api, 'denied', ['capabilities'])).status).toBe(200);
    await expectFailure(admin.containers.create(input), 'forbidden');
    await expectFailure(admin.containers.start(stopped.id), 'forbidden');
    await expectFailure(admin.containers.exec(running.id, { command: ['true'] }), 'forbidden');
    await expectFailure(admin.containers.restart(running.id), 'forbidden');
    expect((await admin.containers.inspect(running.id)).pid).toBe(running.pid);
    const { container: plain } = await admin.run({ image: image(), command: ['true'] });
    // Its own administrators see that, and do not change it.
    expect((await deny(admin, 'denied', [])).status).toBe(403);
    expect((await deny(admin, 'default', [])).status).toBe(404);
    expect(await (await admin.fetch('GET', '/tenants/denied')).json()).toMatchObject({ deniedPrivileges: ['capabilities'] });
    await deny(suite.api, 'denied', []);
    await admin.containers.start(stopped.id);
    expect((await admin.containers.inspect(stopped.id)).state).toBe('running');
    for (const { id } of [running, stopped, plain]) await admin.containers.remove(id, { force: true });
  });
});
