import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_HOST_NAMESPACES: 'pid,ipc,uts,cgroup' }) });
type Input = Parameters<typeof suite.api.containers.create>[0];
const start = async (input: Omit<Input, 'image'>) => {
  const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true, ...input });
  return suite.api.containers.inspect(id);
};
const sh = async (id: string, script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
const namespace = (pid: number | null, kind: string) => readlink(`/proc/${pid}/ns/${kind}`);
const remove = (id: string) => suite.api.containers.remove(id, { force: true });

describe('the network of another container', () => {
  it('is shared: one loopback, one address, and exec is in it as well', async () => {
    const owner = await start({ name: 'owner', command: ['sh', '-c', 'while :; do echo served | nc -l -p 8080; done'] });
    const guest = await start({ network: 'container:owner' });
    expect(guest.network.mode).toBe(`container:${owner.id}`);
    expect(await namespace(guest.pid, 'net')).toBe(await namespace(owner.pid, 'net'));
    expect(await namespace(guest.pid, 'user')).not.toBe(await namespace(owner.pid, 'user'));
    expect(
      await until(
        () => sh(guest.id, 'nc 127.0.0.1 8080 < /dev/null'),
        (text) => text !== '',
      ),
    ).toBe('served');
    expect(await sh(guest.id, 'ip -4 addr show eth0')).toContain(owner.network.ipv4);
    expect(await sh(guest.id, 'cat /etc/resolv.conf')).toBe(await sh(owner.id, 'cat /etc/resolv.conf'));
    // It may use it and not change it: the network belongs to the other's user namespace.
    expect(await sh(guest.id, 'ip link set eth0 down 2>/dev/null || echo refused')).toBe('refused');
    await remove(guest.id);
    expect(await sh(owner.id, 'ip -4 addr show eth0')).toContain(owner.network.ipv4);
    await remove(owner.id);
  });

  it('must be there when a container starts, and outlives its owner while it is used', async () => {
    const owner = await start({ name: 'passing' });
    const guest = await start({ network: 'container:passing' });
    await suite.api.containers.stop(owner.id, 0);
    expect(await sh(guest.id, 'ip -4 addr show lo')).toContain('127.0.0.1');
    await suite.api.containers.stop(guest.id, 0);
    const refused = await expectFailure(suite.api.containers.start(guest.id), 'container_state_conflict');
    expect(refused.body.message).toMatch(/container passing, whose network it uses, does not run/);
    await remove(owner.id);
    await remove(guest.id);
  });

  it('cannot be one that is not there, the host’s by another name, or one with ports of its own', async () => {
    const create = (network: `container:${string}`, more: object = {}) =>
      suite.api.containers.create({ image: suite.image('busybox'), network, ...more });
    await expectFailure(create('container:nobody'), 'container_not_found');
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), network: 'host' });
    await expectFailure(create(`container:${id}`), 'invalid_input');
    const bridged = await suite.api.containers.create({ image: suite.image('busybox') });
    await expectFailure(create(`container:${bridged.id}`, { ports: [{ containerPort: 80 }] }), 'invalid_input');
    await expectFailure(create(`container:${bridged.id}`, { sysctls: { 'net.core.somaxconn': '1' } }), 'invalid_input');
  });
});

describe('a namespace of the host', () => {
  it('shows its processes, as nobody’s, and everything else stays closed', async () => {
    const { id, pid } = await start({ namespaces: { pid: 'host' } });
    expect(await namespace(pid, 'pid')).toBe(await readlink('/proc/self/ns/pid'));
    for (const kind of ['user', 'mnt', 'ipc', 'uts', 'net', 'cgroup'])
      expect(await namespace(pid, kind)).not.toBe(await readlink(`/proc/self/ns/${kind}`));
    expect(await sh(id, `cat /proc/${process.pid}/comm`)).toBe((await readFile('/proc/self/comm', 'utf8')).trim());
    expect(
      await sh(id, `kill -0 ${process.pid} 2>/dev/null || echo refused; cat /proc/${process.pid}/environ 2>/dev/null || echo closed`),
    ).toBe('refused\nclosed');
    // Opened and not written: where the wall is missing, that would be felt by the host.
    for (const file of ['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger'])
      expect(await sh(id, `(: >> ${file}) 2>/dev/null && echo open || echo closed`), file).toBe('closed');
    expect(await sh(id, 'grep " /proc/sys " /proc/self/mounts')).toMatch(/ ro,/);
    await remove(id);
    await expect(readFile(`/proc/${pid}/stat`)).rejects.toThrow();
  });

  it('gives its name, which cannot be set from there', async () => {
    const { id, pid } = await start({ namespaces: { uts: 'host' } });
    expect(await namespace(pid, 'uts')).toBe(await readlink('/proc/self/ns/uts'));
    expect(await sh(id, 'hostname')).toBe(hostname());
    expect(await sh(id, `hostname ${hostname()} 2>/dev/null || echo refused`)).toBe('refused');
    await expectFailure(
      suite.api.containers.create({ image: suite.image('busybox'), hostname: 'mine', namespaces: { uts: 'host' } }),
      'invalid_input',
    );
    await remove(id);
  });

  it('shares memory by System V and /dev/shm', async () => {
    const { id, pid } = await start({ namespaces: { ipc: 'host' } });
    expect(await namespace(pid, 'ipc')).toBe(await readlink('/proc/self/ns/ipc'));
    expect(Number(await sh(id, 'stat -c %d /dev/shm'))).toBe((await stat('/dev/shm')).dev);
    await remove(id);
  });
});

describe('namespaces of another container', () => {
  it('of processes: both see, signal and end the same ones, as one root', async () => {
    const owner = await start({ name: 'target', command: ['sh', '-c', 'sleep 4321 & sleep 1000'] });
    const guest = await start({ namespaces: { pid: 'container:target' } });
    expect(guest.namespaces.pid).toBe(`container:${owner.id}`);
    expect(guest.hostUidBase).toBe(owner.hostUidBase);
    for (const kind of ['pid', 'user']) expect(await namespace(guest.pid, kind), kind).toBe(await namespace(owner.pid, kind));
    for (const kind of ['mnt', 'net', 'ipc', 'uts', 'cgroup'])
      expect(await namespace(guest.pid, kind), kind).not.toBe(await namespace(owner.pid, kind));
    expect(await sh(guest.id, 'ps | grep -c "[s]leep 4321"')).toBe('1');
    expect(await sh(guest.id, 'touch /made && stat -c %u:%g /made; tr "\\0" " " < /proc/1/cmdline; hostname')).toMatch(/^0:0\nsleep 1000/);
    expect(
      await sh(
        guest.id,
        'kill $(pidof sleep | tr " " "\\n" | while read p; do grep -q 4321 /proc/$p/cmdline && echo $p; done) && echo sent',
      ),
    ).toBe('sent');
    await until(
      () => sh(owner.id, 'ps | grep -c "[s]leep 4321"'),
      (count) => count === '0',
    );
    // The kernel ends a namespace of processes with its first one.
    await suite.api.containers.kill(owner.id);
    expect((await suite.api.containers.wait(guest.id)).exitCode).toBe(137);
    const refused = await expectFailure(suite.api.containers.start(guest.id), 'container_state_conflict');
    expect(refused.body.message).toMatch(/container target, whose pid namespace it uses, does not run/);
    await remove(owner.id);
    await remove(guest.id);
  });

  it('of processes leave nothing of the guest behind when it goes', async () => {
    const owner = await start({ name: 'stays' });
    const guest = await start({ command: ['sh', '-c', 'sleep 1234 & sleep 1000'], namespaces: { pid: 'container:stays' } });
    await remove(guest.id);
    expect(await sh(owner.id, 'ps | grep -c "[s]leep 1234"')).toBe('0');
    expect((await suite.api.containers.inspect(owner.id)).state).toBe('running');
    // Its block of ids is still the other's.
    const other = await start({});
    expect(other.hostUidBase).not.toBe(owner.hostUidBase);
    await remove(other.id);
    await remove(owner.id);
  });

  it('of ipc share memory, also by /dev/shm, where they were made to be shared', async () => {
    const owner = await start({ name: 'memory', namespaces: { ipc: 'shareable' } });
    const guest = await start({ namespaces: { pid: 'container:memory', ipc: 'container:memory', uts: 'container:memory' } });
    expect(await namespace(guest.pid, 'ipc')).toBe(await namespace(owner.pid, 'ipc'));
    await sh(owner.id, 'echo shared > /dev/shm/file');
    expect(await sh(guest.id, 'cat /dev/shm/file; hostname; cat /etc/hostname')).toBe(`shared\n${owner.hostname}\n${owner.hostname}`);
    await remove(guest.id);
    await remove(owner.id);
  });

  it('are refused where they are not the other’s to share, or of two', async () => {
    const one = await start({ name: 'one' });
    const two = await start({ name: 'two', namespaces: { ipc: 'shareable' } });
    const create = (namespaces: NonNullable<Input['namespaces']>, more: object = {}) =>
      expectFailure(suite.api.containers.create({ image: suite.image('busybox'), namespaces, ...more }), 'invalid_input');
    expect((await create({ ipc: 'container:one' })).body.message).toMatch(
      /ipc namespace of container one is private; create that container with/,
    );
    expect((await create({ pid: 'container:one', ipc: 'container:two' })).body.message).toMatch(
      /one and two have user namespaces of their own/,
    );
    expect((await create({ ipc: 'container:two' })).body.message).toMatch(/use its pid namespace too/);
    await create({ pid: 'container:one', uts: 'container:one' }, { hostname: 'mine' });
    await create({ pid: 'container:two', ipc: 'container:two' }, { sysctls: { 'kernel.msgmax': '1' } });
    expect((await create({ user: 'host' })).body.message).toMatch(/root would be the host’s root/);
    await remove(one.id);
    await remove(two.id);
  });
});

describe('further modes', () => {
  it('ipc none has no /dev/shm', async () => {
    const { id, pid } = await start({ namespaces: { ipc: 'none' } });
    expect(await sh(id, 'ls /dev/shm 2>&1')).toMatch(/No such file/);
    expect(await namespace(pid, 'ipc')).not.toBe(await readlink('/proc/self/ns/ipc'));
    await remove(id);
  });

  it('the host’s cgroup namespace shows its groups, read-only', async () => {
    const { id, pid, cgroupPath } = await start({ namespaces: { cgroup: 'host' } });
    expect(await namespace(pid, 'cgroup')).toBe(await readlink('/proc/self/ns/cgroup'));
    expect(await sh(id, 'cat /proc/self/cgroup')).toContain(cgroupPath);
    expect(await sh(id, 'mkdir /sys/fs/cgroup/pids/x /sys/fs/cgroup/x 2>/dev/null && echo made || echo refused')).toBe('refused');
    await remove(id);
  });

  it('clocks of its own begin where it is said, for what is run in it as well', async () => {
    const { id, pid } = await start({
      command: ['sh', '-c', 'cat /proc/uptime; sleep 1000'],
      timeOffsets: { boottimeSeconds: 864_000, monotonicSeconds: 60 },
    });
    const uptime = async () => Number.parseFloat(await readFile('/proc/uptime', 'utf8'));
    const inside = Number.parseFloat(await sh(id, 'cat /proc/uptime'));
    expect(inside - (await uptime())).toBeGreaterThan(863_000);
    expect(Number.parseFloat(await suite.api.output(id)) - (await uptime())).toBeGreaterThan(863_000);
    expect(await namespace(pid, 'time')).not.toBe(await readlink('/proc/self/ns/time'));
    expect(await readFile(`/proc/${pid}/timens_offsets`, 'utf8')).toMatch(/monotonic\s+60\s+0\nboottime\s+864000\s+0/);
    await remove(id);
    await expectFailure(
      suite.api.containers.create({ image: suite.image('busybox'), timeOffsets: { boottimeSeconds: 1.5 } }),
      'invalid_input',
    );
  });
});
