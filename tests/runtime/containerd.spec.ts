import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { isCgroupV2 } from './support/bundles.js';
import { Containerd } from './support/containerd.js';

const containerd = new Containerd();
beforeAll(() => containerd.start());
afterAll(() => containerd.close());

const MEMORY = isCgroupV2() ? '/memory.max' : '/memory/memory.limit_in_bytes';
const status = async (id: string) => new RegExp(`^${id}\\s+\\d+\\s+(\\S+)`, 'm').exec((await containerd.act('task', 'ls')).stdout)?.[1];

describe('containerd with our runtime', () => {
  it('runs a program and hands its output and status on', async () => {
    expect(await containerd.run('one', ['sh', '-c', 'echo hello; id -u; exit 4'], '--rm')).toMatchObject({ code: 4, stdout: 'hello\n0\n' });
  });

  it('tells in its own words what could not be found', async () => {
    const failed = await containerd.run('none', ['nothere'], '--rm');
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('OCI runtime create failed') });
    expect(failed.stderr).toContain('exec: "nothere": executable file not found in $PATH');
  });

  it('limits memory', async () => {
    const mounted = ['--mount', 'type=cgroup,src=cgroup,dst=/sys/fs/cgroup,options=ro'];
    const { stdout } = await containerd.run('small', ['cat', `/sys/fs/cgroup${MEMORY}`], '--rm', '--memory-limit', '33554432', ...mounted);
    expect(stdout).toBe('33554432\n');
  });

  it('adds processes, pauses, resumes, measures, kills and deletes', async () => {
    expect((await containerd.run('long', ['sleep', '1000'], '--detach')).code).toBe(0);
    expect(await status('long')).toBe('RUNNING');
    const inside = await containerd.act('task', 'exec', '--exec-id', 'e1', 'long', 'sh', '-c', 'echo inside; exit 6');
    expect(inside).toMatchObject({ code: 6, stdout: 'inside\n' });
    const none = await containerd.act('task', 'exec', '--exec-id', 'e2', 'long', 'nothere');
    expect(none.stderr).toContain('executable file not found in $PATH');
    expect((await containerd.act('task', 'ps', 'long')).stdout).toMatch(/^\d+/m);
    expect((await containerd.act('task', 'metrics', 'long')).stdout).toMatch(/pids.current +1/);
    expect((await containerd.act('task', 'pause', 'long')).code).toBe(0);
    expect(await status('long')).toBe('PAUSED');
    expect((await containerd.act('task', 'resume', 'long')).code).toBe(0);
    expect(await status('long')).toBe('RUNNING');
    expect((await containerd.act('task', 'kill', '--signal', 'SIGKILL', 'long')).code).toBe(0);
    await until(
      () => status('long'),
      (now) => now === 'STOPPED',
    );
    expect((await containerd.act('task', 'delete', 'long')).stderr).toContain('exit code 137');
    expect((await containerd.act('container', 'rm', 'long')).code).toBe(0);
  });
});
