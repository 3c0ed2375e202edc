import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_HOST_NAMESPACES: 'pid,ipc,uts' }) });
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
