import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { isCgroupV2 } from './support/bundles.js';
import { Podman } from './support/podman.js';

const podman = new Podman();
beforeAll(() => podman.makeImage());
afterAll(() => podman.close());

const MEMORY = isCgroupV2() ? '/sys/fs/cgroup/memory.max' : '/sys/fs/cgroup/memory/memory.limit_in_bytes';
const box = (script: string, ...options: readonly string[]) => podman.run('--rm', ...options, 'box', 'sh', '-c', script);
const status = (name: string) => podman.inspect(name, '{{.State.Status}} {{.State.ExitCode}}');

describe('podman run with our runtime', () => {
  it.each([
    [0, ['true']],
    [5, ['sh', '-c', 'exit 5']],
    [127, ['nothere']],
    [127, ['/bin/nothere']],
    [126, ['/bin/no-program']],
    [126, ['/etc']],
  ])('ends with %i for %j', async (code, args) => {
    expect((await podman.run('--rm', 'box', ...args)).code).toBe(code);
  });

  it('says in its own words what could not be found', async () => {
    expect((await podman.run('--rm', 'box', 'nothere')).stderr).toMatch(
      /"nothere\\?": executable file not found in \$PATH.*command that was not found/,
    );
  });

  it('gives a terminal', async () => {
    expect(await box('tty; test -t 2 && echo yes', '--tty')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\/dev\/pts\/0\r\nyes\r\n$/),
    });
  });

  it('mounts volumes, to write and to read only, and keeps a root read-only', async () => {
    const volume = join(podman.work, 'volume');
    mkdirSync(volume);
    writeFileSync(join(volume, 'file'), 'kept\n');
    expect((await box('cat /v/file; touch /v/x || echo refused', '--volume', `${volume}:/v:ro`)).stdout).toBe('kept\nrefused\n');
    expect((await box('echo new > /v/x', '--volume', `${volume}:/v`)).code).toBe(0);
    expect(readFileSync(join(volume, 'x'), 'utf8')).toBe('new\n');
    expect((await box('touch /x || echo refused; touch /tmp/x && echo written', '--read-only')).stdout).toBe('refused\nwritten\n');
    expect((await box('cat /etc/passwd; touch /etc/x && echo written', '--read-only', '--tmpfs', '/etc')).stdout).toMatch(
      /^root:x.*\nwritten\n$/,
    );
  });

  it('runs as the user that is named, with the capabilities that are left', async () => {
    expect((await box('id -u; id -g', '--user', '1000:100')).stdout).toBe('1000\n100\n');
    expect((await box('grep CapEff /proc/self/status', '--cap-drop', 'all')).stdout).toMatch(/CapEff:\s0{16}\n/);
    expect((await box('grep CapEff /proc/self/status', '--cap-drop', 'all', '--cap-add', 'kill')).stdout).toMatch(/CapEff:\s0{14}20\n/);
    expect((await box('ls /dev | wc -l; grep -c "Seccomp:.0" /proc/self/status', '--privileged')).stdout).toMatch(/^\d{2,}\n1\n$/);
  });

  it('makes a user namespace, joins the namespaces of another container, and shares those of the host', async () => {
    expect((await box('cat /proc/self/uid_map', '--uidmap', '0:300000:65536')).stdout.trim().split(/\s+/)).toEqual([
      '0',
      '300000',
      '65536',
    ]);
    await podman.run('--detach', '--name', 'other', 'box', 'sleep', '1000');
    const { stdout } = await box(
      'ps | grep -c "sleep 100[0]"; ls /proc/self/ns/net -l',
      '--network',
      'container:other',
      '--pid',
      'container:other',
      '--ipc',
      'container:other',
    );
    expect(stdout.split('\n')[0]).toBe('1');
    expect((await box('readlink /proc/self/ns/uts', '--uts', 'host', '--ipc', 'host', '--pid', 'host', '--network', 'host')).code).toBe(0);
    await podman.act('rm', '--force', '--time', '0', 'other');
  });

  it('limits memory, which the kernel enforces', async () => {
    expect((await box(`cat ${MEMORY}`, '--memory', '32m')).stdout).toBe('33554432\n');
    expect((await box('x=a; while :; do x=$x$x; done', '--memory', '16m', '--memory-swap', '16m')).code).toBe(137);
  });

  it('gives a device and a sysctl', async () => {
    expect((await box('echo x > /dev/mine && test -c /dev/mine && echo gone', '--device', '/dev/null:/dev/mine')).stdout).toBe('gone\n');
    expect(
      (await box('cat /proc/sys/net/ipv4/ip_unprivileged_port_start', '--sysctl', 'net.ipv4.ip_unprivileged_port_start=80')).stdout,
    ).toBe('80\n');
  });
});

describe('a container of podman', () => {
  it('is executed in, looked at, paused, changed, stopped, started again, killed and removed', async () => {
    await podman.run('--detach', '--name', 'one', 'box', 'sh', '-c', 'echo up; trap "exit 9" TERM; while :; do sleep 0.1; done');
    await until(
      async () => (await podman.act('logs', 'one')).stdout,
      (text) => text === 'up\n',
    );
    expect(await podman.act('exec', 'one', 'sh', '-c', 'echo inside; exit 3')).toMatchObject({ code: 3, stdout: 'inside\n', stderr: '' });
    expect((await podman.act('exec', 'one', 'nothere')).code).toBe(127);
    expect((await podman.act('exec', 'one', '/bin/no-program')).code).toBe(126);
    expect((await podman.act('exec', '--tty', 'one', 'tty')).stdout).toMatch(/\/dev\/pts\/\d/);
    expect(
      (await podman.act('exec', '--user', '1000', '--workdir', '/tmp', '--env', 'A=b', 'one', 'sh', '-c', 'id -u; pwd; echo $A')).stdout,
    ).toBe('1000\n/tmp\nb\n');
    expect((await podman.act('top', 'one')).stdout).toMatch(/trap/);
    expect((await podman.act('pause', 'one')).code).toBe(0);
    expect(await status('one')).toBe('paused 0');
    expect((await podman.act('unpause', 'one')).code).toBe(0);
    expect((await podman.act('update', '--memory', '64m', 'one')).code).toBe(0);
    expect((await podman.act('exec', 'one', 'cat', MEMORY)).stdout).toBe('67108864\n');
    expect((await podman.act('stop', '--time', '20', 'one')).code).toBe(0);
    expect(await status('one')).toBe('exited 9');
    expect((await podman.act('start', 'one')).code).toBe(0);
    expect((await podman.act('kill', 'one')).code).toBe(0);
    expect((await podman.act('wait', 'one')).stdout).toBe('137\n');
    expect((await podman.act('rm', 'one')).code).toBe(0);
    expect(existsSync(join('/sys/fs/cgroup', isCgroupV2() ? '' : 'memory', podman.parent, 'one'))).toBe(false);
  });

  it('is ended by force where it does not stop by itself', async () => {
    await podman.run('--detach', '--name', 'deaf', 'box', 'sh', '-c', 'trap "" TERM; while :; do sleep 1; done');
    expect((await podman.act('stop', '--time', '1', 'deaf')).code).toBe(0);
    expect(await status('deaf')).toBe('exited 137');
    expect((await podman.act('rm', 'deaf')).code).toBe(0);
  });
});
