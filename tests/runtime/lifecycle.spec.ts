import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type Config, isCgroupV2, KEELSON, Runtime } from './support/bundles.js';
import { receiveConsole } from './support/console.js';

const runtime = new Runtime(KEELSON);
afterAll(() => runtime.close());

const run = async (args: readonly string[], change?: (config: Config) => void) =>
  runtime.act('run', '--bundle', await runtime.bundle(args, change), runtime.newId());
const sh = (script: string, change?: (config: Config) => void) => run(['sh', '-c', script], change);
const gone = (id: string) =>
  until(
    () => runtime.state(id),
    ({ status }) => status === 'stopped',
  );

describe('create and start', () => {
  it('leave a process that waits, a child of who adopts the orphans of the caller, and not of the runtime', async () => {
    const id = await runtime.create(await runtime.bundle(['sh', '-c', 'echo ran > /ran; exec sleep 1000']));
    const { pid, rootfs } = await runtime.state(id);
    expect(existsSync(join(rootfs, 'ran'))).toBe(false);
    expect(readlinkSync(`/proc/${pid}/exe`)).not.toBe(KEELSON);
    await runtime.act('start', id);
    await until(async () => existsSync(join(rootfs, 'ran')), Boolean);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).not.toMatch(/Name:\tkeelson/);
    await runtime.act('kill', id, 'KILL');
    await gone(id);
  });

  it('write the pid to a file, whole', async () => {
    const file = runtime.path('pid');
    const id = await runtime.create(await runtime.bundle(['sleep', '1000']), '--pid-file', file);
    expect(readFileSync(file, 'utf8')).toBe(String((await runtime.state(id)).pid));
    expect((await runtime.act('delete', '--force', id)).code).toBe(0);
  });

  it('leave nothing behind when they fail', async () => {
    const failed = await run(['nothere']);
    expect(failed.code).toBe(1);
    const bundle = await runtime.bundle(['true'], (config) => {
      config.mounts.push({ destination: '/data', type: 'bind', source: '/nonexistent', options: ['bind'] });
    });
    const id = runtime.newId();
    expect(await runtime.act('create', '--bundle', bundle, id)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no such file or directory/i),
    });
    expect(existsSync(join(runtime.path('root'), id))).toBe(false);
    const { cgroupsPath } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).linux;
    expect(existsSync(join('/sys/fs/cgroup', isCgroupV2() ? '' : 'memory', cgroupsPath))).toBe(false);
  });

  it('that are killed half-way leave what can be seen, refused and removed by force', async () => {
    const [id, ready] = [runtime.newId(), runtime.path('hook-ready')];
    const bundle = await runtime.bundle(['sleep', '1000'], (config) => {
      config.hooks = {
        createRuntime: [
          {
            path: '/bin/sh',
            args: ['sh', '-c', `echo $$ > ${ready}.part; mv ${ready}.part ${ready}; exec sleep 1000`],
            env: ['PATH=/bin:/usr/bin'],
          },
        ],
      };
    });
    const creating = spawn(KEELSON, ['--root', runtime.path('root'), 'create', '--bundle', bundle, id], { stdio: 'ignore' });
    await until(async () => existsSync(ready), Boolean);
    expect(await runtime.state(id)).toMatchObject({ status: 'creating', id });
    creating.kill('SIGKILL');
    await once(creating, 'exit');
    process.kill(Number(readFileSync(ready, 'utf8')), 'SIGKILL');
    expect(await runtime.act('delete', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('not stopped: creating') });
    expect(await runtime.act('delete', '--force', id)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(runtime.path('root'), id))).toBe(false);
    const { cgroupsPath } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).linux;
    expect(existsSync(join('/sys/fs/cgroup', isCgroupV2() ? '' : 'memory', cgroupsPath))).toBe(false);
  });

  it('hand further files on where asked, and no others', async () => {
    const bundle = await runtime.bundle(['sh', '-c', 'cat <&3; ls /proc/self/fd | wc -l']);
    writeFileSync(runtime.path('third'), 'the third\n');
    const output = runtime.path('third-out');
    const start = (args: string[], extra: number[]) => {
      const child = spawn(KEELSON, ['--root', runtime.path('root'), 'run', ...args, '--bundle', bundle, runtime.newId()], {
        stdio: ['ignore', openSync(output, 'w'), 'inherit', ...extra],
      });
      return once(child, 'exit');
    };
    await start(['--preserve-fds', '1'], [openSync(runtime.path('third'), 'r')]);
    // 0, 1, 2, 3 and the one that ls reads the directory by.
    expect(readFileSync(output, 'utf8')).toBe('the third\n5\n');
    const [code] = await start(['--preserve-fds', '2'], [openSync(runtime.path('third'), 'r')]);
    expect(code).toBe(1);
  });

  it('let no container write to the runtime, which it can reach by /proc', async () => {
    const id = await runtime.create(await runtime.bundle(['/proc/self/exe', 'version']));
    const before = readFileSync(KEELSON);
    expect(readlinkSync(`/proc/${(await runtime.state(id)).pid}/exe`)).toMatch(/^\/memfd:keelson-runtime/);
    await runtime.act('start', id);
    await gone(id);
    expect(readFileSync(KEELSON).equals(before)).toBe(true);
  });
});

describe('a terminal', () => {
  it('goes to the caller over its socket', async () => {
    const socket = runtime.path('console');
    const bundle = await runtime.bundle(['sh', '-c', 'tty; stty size; read line; echo "got $line"'], (config) => {
      config.process.terminal = true;
      config.process.consoleSize = { height: 33, width: 99 };
    });
    const console = await receiveConsole(socket);
    const id = await runtime.create(bundle, '--console-socket', socket);
    await runtime.act('start', id);
    const output = await console.talk('hello\n', 'got hello');
    expect(output).toContain('/dev/pts/0');
    expect(output).toContain('33 99');
    await gone(id);
  });

  it('is refused to who neither stays nor has a socket', async () => {
    const bundle = await runtime.bundle(['tty'], (config) => {
      config.process.terminal = true;
    });
    expect(await runtime.act('create', '--bundle', bundle, runtime.newId())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('without setting console socket'),
    });
  });

  it('is served by run itself', async () => {
    const bundle = await runtime.bundle(['tty'], (config) => {
      config.process.terminal = true;
    });
    expect(await runtime.act('run', '--bundle', bundle, runtime.newId())).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('/dev/pts/0'),
    });
  });
});

describe('hooks', () => {
  const hook = (name: string, log: string) => ({
    path: '/bin/sh',
    args: ['sh', '-c', `echo ${name} $(cat) >> ${log}`],
    env: ['PATH=/bin:/usr/bin'],
  });

  it('run at their moments, with the state to read', async () => {
    const bundle = await runtime.bundle(['sleep', '1000'], (config) => {
      const log = runtime.path('hooks');
      config.hooks = Object.fromEntries(
        ['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop'].map((name) => [name, [hook(name, log)]]),
      );
      // In the container: the shell and the file are its own.
      config.hooks.startContainer = [hook('startContainer', '/inside')];
    });
    const log = () => readFileSync(runtime.path('hooks'), 'utf8').trim().split('\n');
    const names = () => log().map((line) => line.split(' ')[0]);
    const id = await runtime.create(bundle);
    expect(names()).toEqual(['prestart', 'createRuntime', 'createContainer']);
    expect(existsSync(join(bundle, 'rootfs/inside'))).toBe(false);
    await runtime.act('start', id);
    expect(names().slice(3)).toEqual(['poststart']);
    const { pid } = await runtime.state(id);
    const states = log().map(
      (line) => JSON.parse(line.slice(line.indexOf(' '))) as { id: string; pid: number; status: string; bundle: string },
    );
    expect(states.map(({ status }) => status)).toEqual(['creating', 'creating', 'creating', 'running']);
    for (const state of states) expect(state).toMatchObject({ id, pid, bundle });
    expect(readFileSync(join(bundle, 'rootfs/inside'), 'utf8')).toMatch(/^startContainer \{.*"status":"created"/);
    await runtime.act('delete', '--force', id);
    expect(names().slice(4)).toEqual(['poststop']);
  });

  it('that fail end the creation, with what they said', async () => {
    const failed = await sh('true', (config) => {
      config.hooks = { createRuntime: [{ path: '/bin/sh', args: ['sh', '-c', 'echo no luck >&2; exit 3'] }] };
    });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/createRuntime hook #0 \/bin\/sh: exit status 3: no luck/) });
  });

  it('that take too long are ended', async () => {
    const failed = await sh('true', (config) => {
      config.hooks = { prestart: [{ path: '/bin/sleep', args: ['sleep', '1000'], timeout: 1 }] };
    });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('took more than 1 s') });
  });

  it('see the mounts of the container where they run before its root is sealed', async () => {
    const bundle = await runtime.bundle(['cat', '/mnt/note'], (config) => {
      config.mounts.push({ destination: '/mnt', type: 'tmpfs', source: 'tmpfs', options: [] });
    });
    const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
    config.hooks = { createContainer: [{ path: '/bin/sh', args: ['sh', '-c', `echo from a hook > ${bundle}/rootfs/mnt/note`] }] };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
    expect(await runtime.act('run', '--bundle', bundle, runtime.newId())).toMatchObject({ code: 0, stdout: 'from a hook\n' });
    expect(existsSync(join(bundle, 'rootfs/mnt/note'))).toBe(false);
  });
});

describe('a spec of others', () => {
  it('may do without a user namespace, and then its ids are the host’s', async () => {
    const { stdout } = await sh('cat /proc/self/uid_map; id -u; stat -c %u /bin/busybox');
    expect(stdout.replaceAll(/ +/g, ' ').trim().split('\n')).toEqual([' 0 0 4294967295'.trim(), '0', '0']);
  });

  it('may have one, with maps of its own', async () => {
    const { stdout, stderr } = await sh('cat /proc/self/uid_map', (config) => {
      config.linux.namespaces.push({ type: 'user' });
      config.linux.uidMappings = [
        { containerID: 0, hostID: 300000, size: 1000 },
        { containerID: 1000, hostID: 400000, size: 10 },
      ];
      config.linux.gidMappings = config.linux.uidMappings;
    });
    expect(stderr).toBe('');
    expect(
      stdout
        .replaceAll(/ +/g, ' ')
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['0 300000 1000', '1000 400000 10']);
  });

  it('joins namespaces that exist', async () => {
    const named = await runtime.bundle(['sleep', '1000'], (config) => {
      config.hostname = 'the-first';
    });
    const first = await runtime.create(named);
    await runtime.act('start', first);
    const { pid } = await runtime.state(first);
    const joined = { network: 'net', ipc: 'ipc', uts: 'uts', pid: 'pid', cgroup: 'cgroup' } as Record<string, string>;
    const bundle = await runtime.bundle(['sh', '-c', 'hostname; readlink /proc/self/ns/net; ps | grep -c "sleep 100[0]"'], (config) => {
      delete config.hostname;
      for (const namespace of config.linux.namespaces)
        if (joined[namespace.type]) namespace.path = `/proc/${pid}/ns/${joined[namespace.type]}`;
    });
    const { stdout, stderr } = await runtime.act('run', '--bundle', bundle, runtime.newId());
    expect({ stdout: stdout.split('\n'), stderr }).toEqual({
      stdout: ['the-first', readlinkSync(`/proc/${pid}/ns/net`), '1', ''],
      stderr: '',
    });
    await runtime.act('delete', '--force', first);
  });

  it('has the default devices, links and denials without asking', async () => {
    const { stdout } = await sh(
      'for n in null zero full random urandom tty; do test -c /dev/$n || echo no $n; done; ls -l /dev/fd /dev/ptmx | wc -l; ls /dev/vda /dev/sda 2>/dev/null; echo ok > /dev/null && echo end',
    );
    expect(stdout.trim().split('\n')).toEqual(['2', 'end']);
  });

  it('may have clocks of its own', async () => {
    const { stdout, stderr } = await sh('cut -d. -f1 /proc/uptime', (config) => {
      config.linux.namespaces.push({ type: 'time' });
      config.linux.timeOffsets = { boottime: { secs: 100_000_000 } };
    });
    expect({ stderr, later: Number(stdout) > 100_000_000 }).toEqual({ stderr: '', later: true });
  });

  it('has a home where its author names none', async () => {
    const passwd = 'root:x:0:0::/root:/bin/sh\nsomebody:x:1000:100::/home/somebody:/bin/sh\n';
    const home = async (uid: number, env: string[] = []) => {
      const bundle = await runtime.bundle(['sh', '-c', 'echo $HOME'], (config) => {
        config.process.user.uid = uid;
        config.process.env.push(...env);
      });
      writeFileSync(join(bundle, 'rootfs/etc/passwd'), passwd);
      return (await runtime.act('run', '--bundle', bundle, runtime.newId())).stdout.trim();
    };
    expect([await home(0), await home(1000), await home(7), await home(0, ['HOME=/mine'])]).toEqual([
      '/root',
      '/home/somebody',
      '/',
      '/mine',
    ]);
  });

  it('may mount shared, read-only and from the bundle, and copy up', async () => {
    const bundle = await runtime.bundle(
      ['sh', '-c', 'cat /etc/passwd /here/file; touch /here/x || echo read-only; touch /etc/x && echo written'],
      (config) => {
        config.mounts.push({ destination: '/here', type: 'bind', source: 'beside', options: ['rbind', 'ro', 'rprivate'] });
        config.mounts.push({ destination: '/etc', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'nosuid', 'rprivate'] });
      },
    );
    mkdirSync(join(bundle, 'beside'));
    writeFileSync(join(bundle, 'beside/file'), 'beside the config\n');
    const { stdout } = await runtime.act('run', '--bundle', bundle, runtime.newId());
    expect(stdout).toBe('root:x:0:0::/:/bin/sh\nbeside the config\nread-only\nwritten\n');
    expect(existsSync(join(bundle, 'rootfs/etc/x'))).toBe(false);
  });

  it('sees its own group and no other without a cgroup namespace', async () => {
    const { stdout } = await sh(
      `ls /sys/fs/cgroup${isCgroupV2() ? '' : '/pids'}/cgroup.procs && cat /sys/fs/cgroup${isCgroupV2() ? '' : '/pids'}/cgroup.procs | wc -l`,
      (config) => {
        config.linux.namespaces = config.linux.namespaces.filter(({ type }: { type: string }) => type !== 'cgroup');
      },
    );
    // The shell, cat and wc.
    expect(stdout.trim().split('\n').at(-1)).toBe('3');
  });

  it('gets capabilities and limits as far as the host has them, and a warning about the rest', async () => {
    const { stdout, stderr } = await runtime.act(
      '--debug',
      'run',
      '--bundle',
      await runtime.bundle(['sh', '-c', 'ulimit -n; grep CapEff /proc/self/status'], (config) => {
        config.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 2 ** 30, hard: 2 ** 30 }];
        for (const set of ['bounding', 'effective', 'permitted']) config.process.capabilities[set].push('CAP_SYS_RESOURCE');
      }),
      runtime.newId(),
    );
    // Beyond what any process may have, so that it is lowered with CAP_SYS_RESOURCE as well.
    expect(stdout).toContain(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    const mayRaise = (BigInt(`0x${/CapEff:\s+([0-9a-f]+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`) >> 24n) & 1n;
    if (mayRaise === 1n) return;
    expect(stderr).toMatch(/level=warning msg="capabilities that are not available here are left out: CAP_SYS_RESOURCE/);
    expect(stderr).toMatch(/level=warning msg="RLIMIT_NOFILE is lowered from 1073741824 to \d+/);
  });
});

describe('a running container', () => {
  it('takes new limits, tells its figures and the end of its processes by the kernel', async () => {
    const id = await runtime.create(await runtime.bundle(['sleep', '1000']));
    await runtime.act('start', id);
    expect(await runtime.act('update', '--memory', '67108864', '--pids-limit', '20', id)).toMatchObject({ code: 0, stderr: '' });
    const stats = async () => JSON.parse((await runtime.act('events', '--stats', id)).stdout) as Config;
    expect(await stats()).toMatchObject({
      type: 'stats',
      id,
      data: { memory: { usage: { limit: 67108864 } }, pids: { current: 1, limit: 20 } },
    });
    expect(await runtime.actWith({ input: '{"pids":{"limit":30}}' }, 'update', '--resources', '-', id)).toMatchObject({ code: 0 });
    expect((await stats()).data.pids.limit).toBe(30);
    const refused = await runtime.actWith({ input: '{"memory":{"kernelTCP":1}}' }, 'update', '-r', '-', id);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('memory.kernelTCP is not supported') });
    await runtime.act('delete', '--force', id);
  });

  it('has files of cgroup v2 written as its author names them, or is refused where the host has none', async () => {
    const bundle = await runtime.bundle(['cat', '/sys/fs/cgroup/memory.high'], (config) => {
      config.linux.resources.unified = { 'memory.high': '50331648', 'memory.oom.group': '1' };
    });
    const ended = await runtime.act('run', '--bundle', bundle, runtime.newId());
    if (isCgroupV2()) expect(ended).toMatchObject({ code: 0, stdout: '50331648\n' });
    else expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('memory.high, a file of cgroup v2') });
  });

  it('runs further processes as they are asked for', async () => {
    const id = await runtime.create(await runtime.bundle(['sleep', '1000']));
    await runtime.act('start', id);
    const asked = await runtime.act(
      'exec',
      '--user',
      '1000:100',
      '--cwd',
      '/tmp',
      '--env',
      'A=b',
      id,
      'sh',
      '-c',
      'id -u; id -g; pwd; echo $A',
    );
    expect(asked).toMatchObject({ code: 0, stdout: '1000\n100\n/tmp\nb\n' });
    const document = runtime.path('process.json');
    writeFileSync(
      document,
      JSON.stringify({ args: ['sh', '-c', 'echo from a document; exit 3'], cwd: '/', env: ['PATH=/bin'], user: { uid: 0, gid: 0 } }),
    );
    expect(await runtime.act('exec', '--process', document, id)).toMatchObject({ code: 3, stdout: 'from a document\n' });
    const pidFile = runtime.path('exec-pid');
    await runtime.act('exec', '--detach', '--pid-file', pidFile, id, 'sleep', '2000');
    const pids = JSON.parse((await runtime.act('ps', '--format', 'json', id)).stdout) as number[];
    expect(pids).toContain(Number(readFileSync(pidFile, 'utf8')));
    expect(pids).toHaveLength(2);
    expect((await runtime.act('ps', id)).stdout).toMatch(/sleep 2000/);
    expect(await runtime.act('exec', '--tty', id, 'tty')).toMatchObject({ code: 0, stdout: expect.stringContaining('/dev/pts/0') });
    await runtime.act('delete', '--force', id);
  });
});
