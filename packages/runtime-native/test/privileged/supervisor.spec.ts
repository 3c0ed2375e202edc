import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readExit, readStreams, testGroups, UID_BASE, Workshop } from '../support/bundle.js';

let workshop: Workshop;
beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.close());

describe('inside a container', () => {
  it('pid 1 is the workload, root in its own eyes and an unprivileged user on the host', async () => {
    const started = await workshop.start(workshop.bundle(['sh', '-c', 'echo $$; id -u; hostname; sleep 1000']));
    expect(started.report).toMatchObject({ ok: true });
    const status = readFileSync(`/proc/${started.report.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\t${UID_BASE}\t${UID_BASE}\t${UID_BASE}\t${UID_BASE}$`, 'm'));
    expect(status).toMatch(/^CapEff:\t00000000800405fb$/m);
    expect(status).toMatch(/^CapBnd:\t00000000800405fb$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    await vi.waitFor(() => expect(readStreams(started.bundle).stdout).toBe('1\n0\nworkshop\n'));
    process.kill(started.report.pid, 'SIGKILL');
    await started.exited;
    expect(readExit(started.bundle)).toMatchObject({ exitCode: 137, signal: 9, oomKilled: false });
  });

  it('pid 1 holds its three standard streams and nothing else', async () => {
    const started = await workshop.start(workshop.bundle(['sleep', '1000']));
    expect(readdirSync(`/proc/${started.report.pid}/fd`)).toEqual(['0', '1', '2']);
    process.kill(started.report.pid, 'SIGKILL');
    await started.exited;
  });

  it('files of the image belong to the container, and writing changes only its own copy', async () => {
    const { stdout } = await workshop.runToEnd(['sh', '-c', 'stat -c %u:%g /etc/passwd; echo new > /etc/passwd; cat /etc/passwd']);
    expect(stdout).toBe('0:0\nnew\n');
    expect(readFileSync(`${workshop.root}/layer/etc/passwd`, 'utf8')).toContain('root:x:0');
  });

  it('what is masked is empty, what is protected cannot be written', async () => {
    const { stdout, stderr } = await workshop.runToEnd([
      'sh',
      '-c',
      'ls /sys/firmware | wc -l; cat /proc/kcore | wc -c; echo 1 > /proc/sys/kernel/panic; echo b > /proc/sysrq-trigger; echo $?',
    ]);
    expect(stdout).toBe('0\n0\n1\n');
    expect(stderr).toMatch(/panic: Read-only file system/);
  });

  it('sees only its own processes, its own network, its own mounts', async () => {
    const { stdout } = await workshop.runToEnd(['sh', '-c', 'ls -d /proc/[0-9]*; ls /sys/class/net; cat /proc/self/cgroup']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 1)).toEqual(['/proc/1']);
    expect(lines).toContain('lo');
    expect(lines.filter((line) => /^\d+:/.test(line) && line.includes(`ks-test-${process.pid}`))).toEqual([]);
  });

  it('devices work, and none can be made', async () => {
    const { stdout } = await workshop.runToEnd([
      'sh',
      '-c',
      'echo x > /dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c; ls /dev | tr "\\n" " "',
    ]);
    expect(stdout).toMatch(/^4\n4\n/);
  });
});

describe('the end of a container', () => {
  it.each([
    [['true'], 0, 0],
    [['sh', '-c', 'exit 42'], 42, 0],
    [['sh', '-c', 'kill -TERM $$; sleep 0.1'], 0, 0],
  ])('%j', async (args, exitCode, signal) => {
    // The last one: a signal that pid 1 sends itself without a handler is dropped by the kernel (pid_namespaces(7)), so the sleep decides.
    const { exit } = await workshop.runToEnd(args);
    expect(exit).toMatchObject({ exitCode, signal, oomKilled: false });
    expect(BigInt(exit.finishedAt)).toBeGreaterThan(BigInt(exit.startedAt));
  });

  it('keeps the last bytes that were written before it', async () => {
    const { stdout } = await workshop.runToEnd([
      'sh',
      '-c',
      'dd if=/dev/zero bs=1000 count=300 2>/dev/null | wc -c; seq 1 20000; echo last',
    ]);
    expect(stdout.split('\n').slice(-3)).toEqual(['20000', 'last', '']);
    expect(stdout.split('\n')).toHaveLength(20003);
  });

  it('leaves no directory, cgroup or process behind', async () => {
    await workshop.runToEnd(['sh', '-c', 'sleep 1000 & sleep 1000 & true']);
    expect(readdirSync(workshop.run)).toEqual([]);
    for (const group of testGroups()) expect(readdirSync(group).filter((name) => statSync(`${group}/${name}`).isDirectory())).toEqual([]);
  });

  it('tells an OOM kill, with 137', async () => {
    const { exit } = await workshop.runToEnd(['sh', '-c', 'yes | tail -n 100000000'], (config) => {
      config.linux.resources = { memory: { limit: 16 << 20, swap: 16 << 20 }, pids: { limit: 64 } };
      config.process.args = ['tail', '-c', '100000000', '/dev/zero'];
    });
    expect(exit).toMatchObject({ exitCode: 137, signal: 9, oomKilled: true });
  });
});

describe('a container that cannot start', () => {
  it.each([
    ['a command that is not there', ['nothing-like-this'], { stage: 'exec', errno: 2 }],
    ['a file that cannot be run', ['/etc/passwd'], { stage: 'exec', errno: 13 }],
    ['a directory', ['/etc'], { stage: 'exec', errno: 21 }],
  ])('%s', async (_, args, error) => {
    const { report, exited } = await workshop.start(workshop.bundle(args));
    expect(report).toMatchObject({ ok: false, ...error });
    await exited;
    expect(readdirSync(workshop.run)).toEqual([]);
  });

  it('names the stage, the errno and the path', async () => {
    const bundle = workshop.bundle(['true'], (config) => {
      config.mounts.push({ destination: '/mnt', type: 'bind', source: '/no/such/source', options: ['rbind'] });
    });
    const { report } = await workshop.start(bundle);
    expect(report).toEqual({
      ok: false,
      stage: 'mount.entry',
      errno: 2,
      detail: 'cannot clone the mount of /no/such/source: No such file or directory',
    });
  });

  it('says which port is taken', async () => {
    const { createServer } = await import('node:net');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const bundle = workshop.bundle(['true'], (_, launch) => {
      launch.ports = [{ hostAddress: '127.0.0.1', hostPort: port, containerAddress: '10.0.0.2', containerPort: 80, protocol: 'tcp' }];
    });
    const { report } = await workshop.start(bundle);
    server.close();
    expect(report).toMatchObject({
      ok: false,
      stage: 'net.port',
      errno: 98,
      detail: `cannot publish 127.0.0.1 port ${port}: Address already in use`,
    });
  });
});
