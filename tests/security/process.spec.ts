import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, readdir, readFile, readlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/paths.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const SUPERVISOR = `${CHECKOUT}/packages/runtime-native/build/Release/keelson-supervisor`;
/** More descriptors than a supervisor with a few clients has. */
const DESCRIPTORS = Array.from({ length: 30 }, (_, at) => at + 3);

const suite = useSuite({ images: ['busybox'] });
let id: string;
let pid: number;

beforeAll(async () => {
  const container = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true });
  id = container.id;
  pid = container.pid ?? 0;
});

/** As root of the container; the newline at the end is cut. */
const sh = async (script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
const digest = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** The process that holds a container: the parent of its first one. */
async function supervisorOf(child: number): Promise<number> {
  return Number(/^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${child}/status`, 'utf8'))?.[1]);
}

describe('root of a container, against what enters it', () => {
  it('1a 1: no program of ours can be opened for writing while a hundred processes are put in (CVE-2019-5736)', async () => {
    const before = await digest(SUPERVISOR);
    await sh('printf "#!/proc/self/exe\\n" > /tmp/self; chmod 755 /tmp/self; touch /tmp/begun');
    // Whoever opens the program of another process for writing leaves its number.
    const watcher =
      'while test -e /tmp/begun; do for p in /proc/[0-9]*; do (: >> $p/exe) 2>/dev/null && echo $p >> /tmp/opened; done; done';
    await sh(`(${watcher}) >/dev/null 2>&1 &`);
    for (let round = 0; round < 10; ++round) {
      const execs = Array.from({ length: 10 }, (_, at) =>
        suite.api.containers.exec(id, { command: [at % 2 ? '/tmp/self' : 'true'] }).catch(() => undefined),
      );
      await Promise.all(execs);
    }
    await sh('rm /tmp/begun');
    expect(await sh('cat /tmp/opened 2>/dev/null')).toBe('');
    expect(await digest(SUPERVISOR)).toBe(before);
  });

  it('1a 1: the program that enters it lies on a read-only mount, for root of the host as well', async () => {
    await expect(access(`/proc/${await supervisorOf(pid)}/exe`, constants.W_OK)).rejects.toMatchObject({ code: 'EROFS' });
  });

  it.each([
    ['as it is', (fd: number) => `/proc/self/fd/${fd}`],
    ['by a link of the container', (fd: number) => `/tmp/fd-${fd}`],
    ['of its first thread', (fd: number) => `/proc/thread-self/fd/${fd}`],
  ])('1a 2: a descriptor as working directory leads nowhere, %s (CVE-2024-21626)', async (_how, path) => {
    await sh(DESCRIPTORS.map((fd) => `ln -sfn /proc/self/fd/${fd} /tmp/fd-${fd}`).join('; '));
    const outcomes = await Promise.all(
      DESCRIPTORS.map((fd) =>
        suite.api.containers.exec(id, { command: ['ls', '..'], workingDir: path(fd) }).then(
          ({ stdout }) => stdout,
          () => 'refused',
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== 'refused')).toEqual([]);
  });

  it('1a 2: first process and added ones hold descriptors 0, 1 and 2 only', async () => {
    expect((await readdir(`/proc/${pid}/fd`)).sort()).toEqual(['0', '1', '2']);
    // `ls` itself has one open: the directory.
    expect((await sh('exec ls /proc/self/fd')).split('\n')).toEqual(['0', '1', '2', '3']);
  });

  it('1a 1: of a process on its way in nothing can be read: no memory, no files, no environment', async () => {
    await sh('touch /tmp/begun');
    const read =
      'for f in environ maps fd/3 fd/4 fd/9 root/etc/hostname cwd; do cat $p/$f 2>/dev/null | grep -aq keelson && echo $p/$f >> /tmp/read; done';
    await sh(`(while test -e /tmp/begun; do for p in /proc/[0-9]*; do ${read}; done; done) >/dev/null 2>&1 &`);
    for (let round = 0; round < 30; ++round) await sh('true');
    await sh('rm /tmp/begun');
    expect(await sh('cat /tmp/read 2>/dev/null')).toBe('');
  });

  it('1a 14: the supervisor’s environment is a constant, not the container’s', async () => {
    const variables = { LD_PRELOAD: '/evil.so', LD_LIBRARY_PATH: '/evil', NODE_OPTIONS: '--require /evil', PATH: '/evil:/bin' };
    const container = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sleep', '100'],
      env: variables,
      start: true,
    });
    const environment = await readFile(`/proc/${await supervisorOf(container.pid ?? 0)}/environ`, 'utf8');
    expect(environment.split('\0').filter(Boolean)).toEqual(['PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  });
});

describe('root of a container, against the kernel', () => {
  it.each(['cgroup', 'cgroup2', 'proc', 'sysfs', 'tmpfs', 'debugfs', 'overlay'])('1b 16: mounting %s is refused', async (type) => {
    expect(await sh(`mkdir -p /tmp/m; mount -t ${type} none /tmp/m 2>/dev/null; echo $?`)).not.toBe('0');
    expect(await sh('grep -c " /tmp/m " /proc/mounts')).toBe('0');
  });

  it('1b 16: no release agent can be named', async () => {
    const files = 'find /sys/fs/cgroup -name release_agent -o -name notify_on_release';
    expect(await sh(`${files} | while read f; do (: >> $f) 2>/dev/null && echo $f; done`)).toBe('');
  });

  it('1b 17, 1c 38: what the kernel runs for a crash cannot be changed, and a crash leaves no core file', async () => {
    const before = await readFile('/proc/sys/kernel/core_pattern', 'utf8');
    // Opened, not written: where the wall is missing, a word there would change the host.
    expect(await sh('(: >> /proc/sys/kernel/core_pattern) 2>/dev/null; echo $?')).not.toBe('0');
    expect(await sh('cat /proc/self/limits | grep core')).toMatch(/^Max core file size\s+0\s+0\s/);
    expect(await sh('cd /tmp; sh -c "kill -SEGV \\$\\$"; ls /tmp | grep -c core')).toBe('0');
    expect(await readFile('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  });

  it('1b 18: a second user namespace cannot be had', async () => {
    expect(await sh('unshare -U true 2>/dev/null; echo $?; unshare -Ur true 2>/dev/null; echo $?')).toBe('1\n1');
  });

  it('1b 21: layers, which all containers share, keep every byte', async () => {
    const fresh = await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', 'cat /bin/busybox /etc/passwd | sha256sum'] });
    await sh(
      'cp /bin/busybox /tmp/b; for f in /bin/busybox /etc/passwd; do (echo x >> $f) 2>/dev/null; chmod 777 $f; chown 1000 $f; done; mv /tmp/b /bin/busybox',
    );
    const after = await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', 'cat /bin/busybox /etc/passwd | sha256sum'] });
    expect(await suite.api.output(after.container.id)).toBe(await suite.api.output(fresh.container.id));
  });

  const MASKED = [
    '/proc/kcore',
    '/proc/kallsyms',
    '/proc/keys',
    '/proc/interrupts',
    '/proc/slabinfo',
    '/proc/vmallocinfo',
    '/proc/iomem',
    '/proc/timer_list',
    '/proc/modules',
    '/proc/config.gz',
    '/proc/kpageflags',
  ];
  it.each(MASKED)('1b 24: %s reads as nothing', async (path) => {
    expect(await sh(`head -c 64 ${path} 2>/dev/null | wc -c`)).toBe('0');
  });

  it.each(['/sys/kernel', '/sys/module', '/sys/firmware', '/sys/class/dmi', '/sys/fs/bpf', '/sys/devices/virtual/powercap', '/proc/acpi'])(
    '1b 24: %s is empty',
    async (path) => {
      expect(await sh(`ls -A ${path} 2>/dev/null | wc -l`)).toBe('0');
    },
  );

  it('1b 24: the kernel’s log is out of reach', async () => {
    expect(
      await sh('dmesg 2>/dev/null | wc -l; cat /dev/kmsg 2>/dev/null | head -c 10 | wc -c; head -c 10 /proc/kmsg 2>/dev/null | wc -c'),
    ).toBe('0\n0\n0');
  });

  it('3a: a fork bomb ends at the container’s limit, and the neighbour’s exec is answered meanwhile', async () => {
    const bomb = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', '(b() { b | b & }; b) & exec sleep 1000'],
      resources: { pidsLimit: 64 },
      start: true,
    });
    expect(await sh('echo alive')).toBe('alive');
    const { current } = await until(
      () => suite.api.containers.stats(bomb.id),
      ({ current: sample }) => sample !== null,
    );
    expect(current?.pids).toBeLessThanOrEqual(64);
    await suite.api.containers.remove(bomb.id, { force: true });
  });
});

describe('root of a container, against the host’s network', () => {
  const listeners: Server[] = [];
  afterAll(() => Promise.all(listeners.map((server) => new Promise((resolve) => server.close(resolve)))));

  async function listenOn(host: string): Promise<number> {
    const server = createServer((socket) => socket.end('reached\n'));
    listeners.push(server);
    server.listen(0, host);
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  it('1b 25: services of the host’s loopback are not reachable, and no link of ours routes there', async () => {
    const port = await listenOn('127.0.0.1');
    const { network } = await suite.api.containers.inspect(id);
    for (const address of ['127.0.0.1', network.gatewayIpv4])
      expect(await sh(`echo | timeout 2 nc -w 1 ${address} ${port} 2>/dev/null`), `${address}`).toBe('');
    const links = (await readdir('/proc/sys/net/ipv4/conf')).filter((name) => name.startsWith('kl'));
    for (const link of links) expect(await readFile(`/proc/sys/net/ipv4/conf/${link}/route_localnet`, 'utf8')).toBe('0\n');
  });

  it('1c 27: what listens on every address of the host answers no container, on any of them', async () => {
    const port = await listenOn('0.0.0.0');
    const { network } = await suite.api.containers.inspect(id);
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const addresses = [network.gatewayIpv4, ...own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)];
    for (const address of new Set(addresses))
      expect(await sh(`echo | timeout 2 nc -w 1 ${address} ${port} 2>/dev/null`), `${address}`).toBe('');
  });

  it('1c 26: no control socket has an abstract name, and a container with the host’s network finds none', async () => {
    const ours = (line: string) => line.includes('@') && /keelson|\/c\/|ctl/.test(line);
    expect((await readFile('/proc/net/unix', 'utf8')).split('\n').filter(ours)).toEqual([]);
    const { container } = await suite.api.run({
      image: suite.image('busybox'),
      command: ['sh', '-c', `ls -d ${suite.instance.run} ${suite.instance.root} 2>/dev/null; cat /proc/net/unix`],
      network: 'host',
    });
    const seen = await suite.api.output(container.id);
    expect(seen.split('\n').filter((line) => line.startsWith('/'))).toEqual([]);
  });

  it('1c 27: metadata services of clouds are not asked', async () => {
    expect(await sh('echo | timeout 3 nc -w 1 169.254.169.254 80 2>&1; echo $?')).not.toBe('0');
  });
});

describe('what the host sees of a container', () => {
  it('1a 8: every namespace is its own', async () => {
    for (const kind of ['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup'])
      expect(await readlink(`/proc/${pid}/ns/${kind}`), kind).not.toBe(await readlink(`/proc/self/ns/${kind}`));
  });

  it('1a 13: the limits of the kernel are those that were asked for, user namespace or not', async () => {
    const { container } = await suite.api.run({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max pids/pids.max pids.max 2>/dev/null'],
      resources: { memoryBytes: 64 << 20, pidsLimit: 77 },
    });
    expect(await suite.api.output(container.id)).toBe(`${64 << 20}\n77\n`);
  });
});
