import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const run = promisify(execFile);
const home = mkdtempSync('/tmp/kb-');
const root = join(home, 'allowed');
const source = join(root, 'data');
mkdirSync(source, { recursive: true });
mkdirSync(join(home, 'secret'));
writeFileSync(join(home, 'secret/key'), 'secret\n');

const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_BIND_ROOTS: root }) });
afterAll(async () => {
  await run('umount', ['-R', join(source, 'mounted')]).catch(() => undefined);
  rmSync(home, { recursive: true, force: true });
});

type Mounts = NonNullable<Parameters<typeof suite.api.containers.create>[0]['mounts']>;
const input = (script: string, mounts: Mounts) => ({ image: suite.image('busybox'), command: ['sh', '-c', script], mounts });
const outputOf = async (script: string, mounts: Mounts) => {
  const { container } = await suite.api.run(input(script, mounts));
  return suite.api.output(container.id);
};
const bind = (more: object = {}) => [{ type: 'bind' as const, source, target: '/data', ...more }];

describe('a bind mount', () => {
  it('shows the host’s files with the owners they have on disk, and leaves the host files with the ids of inside', async () => {
    writeFileSync(join(source, 'of-1000'), 'one\n');
    chownSync(join(source, 'of-1000'), 1000, 1000);
    writeFileSync(join(source, 'of-0'), 'zero\n');
    const output = await outputOf('stat -c "%n %u:%g" /data/of-*; cat /data/of-0; touch /data/new && chown 1234:5 /data/new', bind());
    expect(output).toBe('/data/of-0 0:0\n/data/of-1000 1000:1000\nzero\n');
    expect([statSync(join(source, 'new')).uid, statSync(join(source, 'new')).gid]).toEqual([1234, 5]);
  });

  it('gives no more rights than its user has on disk, and neither devices nor set-user-ID programs', async () => {
    writeFileSync(join(source, 'private'), 'private\n', { mode: 0o600 });
    const { container } = await suite.api.run({
      ...input('cat /data/private; echo x > /data/of-0; grep " /data " /proc/mounts', bind()),
      user: '1000',
    });
    const output = await suite.api.output(container.id);
    expect(output.match(/Permission denied/g)).toHaveLength(2);
    expect(output).toMatch(/ \/data \S+ rw,nosuid,nodev/);
  });

  it('that is read-only takes no writing, not even in what is mounted in it', async () => {
    const mounted = join(source, 'mounted');
    mkdirSync(mounted, { recursive: true });
    await run('mount', ['-t', 'tmpfs', 'tmpfs', mounted]);
    const script = 'touch /data/x; touch /data/mounted/x; grep -c " /data/mounted " /proc/mounts';
    const output = await outputOf(script, bind({ readOnly: true }));
    expect(output.match(/Read-only file system/g)).toHaveLength(2);
    expect(output).toMatch(/^1$/m);
    expect(await outputOf('touch /data/mounted/y && ls /data/mounted', bind())).toBe('y\n');
    expect(await outputOf('ls /data/mounted; grep -c " /data/mounted " /proc/mounts', bind({ recursive: false }))).toBe('0\n');
    await run('umount', [mounted]);
  });

  it('of one file works, and a missing source is told', async () => {
    writeFileSync(join(root, 'file'), 'content\n');
    expect(await outputOf('cat /etc/one', [{ type: 'bind', source: join(root, 'file'), target: '/etc/one' }])).toBe('content\n');
    const refused = await expectFailure(suite.api.run(input('true', bind({ source: join(root, 'nothing') }))), 'invalid_input');
    expect(refused.body.message).toMatch(/nothing.*No such file/);
    expect(existsSync(join(root, 'nothing'))).toBe(false);
  });

  it('is seen live by the host and by other containers, and stays when the container goes', async () => {
    const { id } = await suite.api.containers.create({ ...input('echo from-inside > /data/shared; exec sleep 100', bind()), start: true });
    expect(await outputOf('until [ -e /data/shared ]; do usleep 10000; done; cat /data/shared', bind())).toBe('from-inside\n');
    await suite.api.containers.remove(id, { force: true });
    expect(readdirSync(source)).toContain('shared');
  });
});

describe('the way out of the allowed directories', () => {
  it.each(['link', 'up/link', 'within'])('by the symbolic link %s is closed', async (name) => {
    mkdirSync(join(root, 'up'), { recursive: true });
    if (!existsSync(join(root, 'link'))) {
      symlinkSync(join(home, 'secret'), join(root, 'link'));
      symlinkSync('../../secret', join(root, 'up/link'));
      symlinkSync('/etc', join(root, 'within'));
    }
    const refused = await expectFailure(suite.api.run(input('cat /data/key', bind({ source: join(root, name) }))), 'invalid_input');
    expect(refused.body.message).toContain(`leads out of ${root}`);
  });

  it('by a link that stays inside is open', async () => {
    symlinkSync('data', join(root, 'alias'));
    expect(await outputOf('cat /data/of-0', bind({ source: join(root, 'alias') }))).toBe('zero\n');
  });

  it('by a directory that is swapped for a link after creation is closed at the start', async () => {
    mkdirSync(join(root, 'swap'));
    const { id } = await suite.api.containers.create(input('cat /data/key', bind({ source: join(root, 'swap') })));
    rmSync(join(root, 'swap'), { recursive: true });
    symlinkSync(join(home, 'secret'), join(root, 'swap'));
    await expectFailure(suite.api.containers.start(id), 'invalid_input');
  });

  it.each(['/etc', join(home, 'secret'), '/', `${root}-beside`])('by name is refused at creation: %s', async (path) => {
    const refused = await expectFailure(suite.api.containers.create(input('true', bind({ source: path }))), 'forbidden');
    expect(refused.body.details).toMatchObject({ field: 'mounts.0.source' });
  });
});

describe('mounts that are made later', () => {
  const shared = join(root, 'shared');
  const privileged = { security: { privileged: true } };
  beforeAll(async () => {
    mkdirSync(join(shared, 'host'), { recursive: true });
    mkdirSync(join(shared, 'inside'));
    await run('mount', ['--bind', shared, shared]);
    await run('mount', ['--make-shared', shared]);
  });
  afterAll(() => run('umount', ['-R', '-l', shared]));
  const started = async (propagation: 'rprivate' | 'rslave' | 'rshared') => {
    const mounts = [{ type: 'bind' as const, source: shared, target: '/data', propagation }];
    const { id } = await suite.api.containers.create({ ...input('sleep 1000', mounts), ...privileged, start: true });
    return { id, sh: async (script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim() };
  };

  it.each([
    ['rprivate', false, false],
    ['rslave', true, false],
    ['rshared', true, true],
  ] as const)('pass as %s says: from the host %s, to the host %s', async (propagation, inward, outward) => {
    const { id, sh } = await started(propagation);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', join(shared, 'host')]);
    expect(await sh('grep -c " /data/host " /proc/mounts')).toBe(inward ? '1' : '0');
    await sh('mount -t tmpfs tmpfs /data/inside');
    expect(await sh('grep -c " /data/inside " /proc/mounts')).toBe('1');
    const onHost = readFileSync('/proc/self/mounts', 'utf8').includes(` ${join(shared, 'inside')} `);
    expect(onHost).toBe(outward);
    if (outward) await run('umount', [join(shared, 'inside')]);
    await run('umount', [join(shared, 'host')]);
    await suite.api.containers.remove(id, { force: true });
  });

  it('cannot be passed to a host that does not share the source', async () => {
    const alone = join(root, 'alone');
    mkdirSync(alone);
    await run('mount', ['--bind', alone, alone]);
    await run('mount', ['--make-private', alone]);
    const refused = await expectFailure(suite.api.run(input('true', bind({ source: alone, propagation: 'rshared' }))), 'invalid_input');
    expect(refused.body.message).toMatch(/alone.*does not share, so it cannot be rshared; make it so with: mount --make-shared/);
    await run('umount', [alone]);
  });
});
