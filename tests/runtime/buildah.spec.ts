import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, groupsBelow, KEELSON, makeRootfs } from './support/bundles.js';

const work = mkdtempSync('/tmp/ocib-');
const parent = `/oci-buildah-${process.pid}`;
const policy = join(work, 'policy.json');
const OURS = ['--isolation', 'oci', '--runtime', KEELSON, '--network', 'none'];

const buildah = (...args: readonly string[]) =>
  command('buildah', ['--root', join(work, 'storage'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs', ...args], {
    env: { CONTAINERS_CONF: '/dev/null' },
  });
const done = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await buildah(...args);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
};

beforeAll(async () => {
  writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  makeRootfs(join(work, 'tree'));
  const scratch = await done('from', 'scratch');
  await done('add', scratch, join(work, 'tree'), '/');
  await done('commit', '--signature-policy', policy, scratch, 'box');
  await done('rm', scratch);
});
afterAll(async () => {
  await buildah('rm', '--all');
  for (const group of groupsBelow(parent)) rmdirSync(group);
  rmSync(work, { recursive: true, force: true });
});

describe('buildah with our runtime', () => {
  it('builds an image by its RUN steps, and stops at the one that fails', async () => {
    const context = join(work, 'context');
    mkdirSync(context);
    const steps = [
      'FROM localhost/box',
      'RUN echo one > /one',
      'RUN ["sh", "-c", "test -f /one && id -u"]',
      'USER 1000',
      'RUN id -u && pwd',
    ];
    writeFileSync(join(context, 'Containerfile'), steps.join('\n'));
    const build = (tag: string) => buildah('bud', '--signature-policy', policy, '--cgroup-parent', parent, ...OURS, '-t', tag, context);
    const built = await build('built');
    expect(built).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') });
    expect(built.stdout).toMatch(/\n0\n[\s\S]*\n1000\n\/\n/);
    writeFileSync(join(context, 'Containerfile'), [...steps, 'RUN exit 3'].join('\n'));
    expect(await build('failed')).toMatchObject({ stderr: expect.stringContaining('exit status 3') });
  });

  it('runs programs in a working container', async () => {
    const container = await done('from', '--signature-policy', policy, '--cgroup-parent', parent, 'localhost/box');
    const run = (...args: readonly string[]) => buildah('run', ...OURS, ...args);
    expect(await run(container, 'sh', '-c', 'echo hello; exit 3')).toMatchObject({ code: 3, stdout: 'hello\n' });
    expect((await run(container, 'nothere')).stderr).toMatch(/executable file not found in \$PATH/);
    expect((await run('--tty', container, 'tty')).stdout).toContain('/dev/pts/0');
    await done('rm', container);
  });
});
