import { readdir, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox', 'debian'] });
let id: string;
let pid: number;

beforeAll(async () => {
  const container = await suite.api.containers.create({ image: suite.image('debian'), command: ['sleep', '1000'], start: true });
  id = container.id;
  pid = (await suite.api.containers.inspect(id)).pid ?? 0;
});

const sh = async (script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
const status = async (field: string) => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
};

describe('inside a container', () => {
  it('process 1 is the workload', async () => {
    expect(await sh("tr '\\0' ' ' < /proc/1/cmdline")).toBe('sleep 1000');
  });

  it('the host name is its own: the beginning of its id', async () => {
    expect(await sh('hostname')).toBe(id.slice(0, 12));
    expect(await sh('hostname')).not.toBe(hostname());
  });

  it('id says 0, and the host sees an unprivileged uid', async () => {
    expect(await sh('id -u')).toBe('0');
    const { hostUidBase } = await suite.api.containers.inspect(id);
    expect(hostUidBase).toBeGreaterThanOrEqual(0x70000000);
    expect((await status('Uid')).split('\t')).toEqual(Array(4).fill(String(hostUidBase)));
    expect((await status('Gid')).split('\t')).toEqual(Array(4).fill(String(hostUidBase)));
  });

  it('process 1 holds descriptors 0, 1 and 2 only', async () => {
    expect(await sh('ls /proc/1/fd')).toBe('0\n1\n2');
    expect((await readdir(`/proc/${pid}/fd`)).sort()).toEqual(['0', '1', '2']);
  });

  it.each(['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup'])('the %s namespace is not the host’s', async (kind) => {
    expect(await readlink(`/proc/${pid}/ns/${kind}`)).not.toBe(await readlink(`/proc/self/ns/${kind}`));
  });

  it('only its own processes are there', async () => {
    expect(await sh('ls -d /proc/[0-9]* | wc -l')).toMatch(/^[234]$/);
  });

  it('the mounts are its own, and none comes from a directory of the host', async () => {
    const mounts = (await sh('cat /proc/mounts')).split('\n');
    expect(mounts.filter((line) => line.startsWith('overlay / overlay '))).toHaveLength(1);
    expect(mounts.find((line) => line.includes(' /proc proc '))).toMatch(/nosuid,nodev,noexec/);
    expect(mounts.find((line) => line.includes(' /sys sysfs '))).toMatch(/ ro,/);
    // The overlay's options name its directories, as in every engine; nothing else does.
    expect(mounts.filter((line) => !line.startsWith('overlay ') && line.includes(suite.instance.root))).toEqual([]);
  });

  it('/dev has what programs expect, and they work', async () => {
    const devices = (await sh('ls /dev')).split('\n');
    expect(devices).toEqual(
      expect.arrayContaining(['fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero']),
    );
    expect(await sh('echo gone > /dev/null && head -c 4 /dev/zero | wc -c && head -c 4 /dev/urandom | wc -c')).toBe('4\n4');
    expect(await sh('echo x > /dev/stderr; echo through > /dev/stdout')).toBe('through');
  });

  it('what tells of the host is masked or read-only', async () => {
    expect(await sh('cat /proc/keys /proc/timer_list 2>/dev/null; ls -A /proc/acpi /sys/firmware 2>/dev/null')).toMatch(/^(\/.*:|\s)*$/);
    // Only asked, never tried: where the wall is missing, writing there would stop the host.
    for (const path of ['/proc/sys/kernel/sysrq', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger'])
      expect(await sh(`test -w ${path}; echo $?`), path).toBe('1');
  });

  it('the root filesystem can be written, and its owner is root', async () => {
    expect(await sh('echo new > /etc/new && cat /etc/new && stat -c %u:%g /etc/new /etc/passwd')).toBe('new\n0:0\n0:0');
  });

  it('mounting, loading modules and setting the clock are refused', async () => {
    expect(await sh('mount -t tmpfs none /tmp 2>/dev/null; echo $?')).not.toBe('0');
    // To the time it is anyway, so that a missing wall does no harm.
    expect(await sh('date -s "@$(date +%s)" 2>/dev/null >/dev/null; echo $?')).not.toBe('0');
    expect(await sh('mknod /tmp/disk b 8 0 2>/dev/null && head -c 1 /tmp/disk 2>/dev/null; echo $?')).not.toBe('0');
  });

  it('a system call filter is in force and no new privileges can be had', async () => {
    expect(await status('Seccomp')).toBe('2');
    expect(await status('NoNewPrivs')).toBe('1');
  });

  it('the capabilities are Docker’s without raw sockets, device nodes and the audit log', async () => {
    const bounded = '00000000800405fb';
    expect([await status('CapBnd'), await status('CapEff'), await status('CapPrm')]).toEqual([bounded, bounded, bounded]);
    expect([await status('CapInh'), await status('CapAmb')]).toEqual(Array(2).fill('0000000000000000'));
  });

  it('the environment is the image’s, with a HOME and a HOSTNAME, and nothing of the server’s', async () => {
    const environment = (await sh("tr '\\0' '\\n' < /proc/1/environ | sort")).split('\n');
    expect(environment).toContain('LANG=C.UTF-8');
    expect(environment).toContain('HOME=/root');
    expect(environment.filter((line) => line.startsWith('KEELSON_') || line.startsWith('NODE_'))).toEqual([]);
  });

  it('an orphan belongs to process 1, which hears of its end and can reap it', async () => {
    const { id: shell } = await suite.api.containers.create({
      image: suite.image('debian'),
      command: ['sh', '-c', 'while :; do sleep 0.05; done'],
      start: true,
    });
    const { stdout } = await suite.api.containers.exec(shell, {
      command: ['sh', '-c', '(sleep 0.05 &) ; sleep 0.3; cat /proc/[0-9]*/status | grep -c "^State:.Z"'],
    });
    expect(stdout.trim()).toBe('0');
  });
});

describe('two containers of one image', () => {
  it('have files, names and host ids of their own', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '100'], start: true })),
    );
    if (one === undefined || two === undefined) throw new Error('two were asked for');
    await suite.api.containers.exec(one.id, { command: ['touch', '/only-in-one'] });
    expect((await suite.api.containers.exec(two.id, { command: ['ls', '/only-in-one'] })).exitCode).not.toBe(0);
    const bases = [(await suite.api.containers.inspect(one.id)).hostUidBase, (await suite.api.containers.inspect(two.id)).hostUidBase];
    expect(Math.abs((bases[0] ?? 0) - (bases[1] ?? 0))).toBeGreaterThanOrEqual(65_536);
  });
});
