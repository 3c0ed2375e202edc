import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
type Input = Parameters<typeof suite.api.containers.create>[0];
const run = async (script: string, input: Omit<Input, 'image'>) => {
  const { container, result } = await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', script], ...input });
  return { output: await suite.api.output(container.id), id: container.id, ...result };
};

describe('a read-only root filesystem', () => {
  it('takes no writing, while /dev/shm and mounts do', async () => {
    const { output } = await run(
      'touch /new /etc/new; mkdir /tmp/d; echo a > /dev/shm/a && echo b > /data/b && cat /dev/shm/a /data/b; touch /dev/null',
      {
        readonlyRootfs: true,
        mounts: [{ type: 'tmpfs', target: '/data' }],
      },
    );
    expect(output.match(/Read-only file system/g)).toHaveLength(3);
    expect(output).toMatch(/a\nb\n/);
  });

  it('is told in the container’s detail and not the default', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), readonlyRootfs: true });
    expect(await suite.api.containers.inspect(id)).toMatchObject({
      readonlyRootfs: true,
      mounts: [],
      stopTimeoutSeconds: 10,
      stopSignal: 'SIGTERM',
    });
    expect((await run('touch /new && echo yes', {})).output).toBe('yes\n');
  });
});

describe('a tmpfs', () => {
  const options = async (path: string, mounts: Input['mounts']) =>
    (await run(`grep " ${path} " /proc/mounts; stat -c %a:%u:%g ${path}`, { mounts })).output;

  it('has the size, the mode and the caution that were asked for', async () => {
    const output = await options('/data', [{ type: 'tmpfs', target: '/data', sizeBytes: 3 * MIB, mode: '0750' }]);
    expect(output).toMatch(/^tmpfs \/data tmpfs rw,nosuid,nodev,noexec,.*size=3072k/);
    expect(output).toMatch(/^750:0:0$/m);
  });

  it('is full when it is full, and empty again after a restart', async () => {
    const { output, id } = await run('ls /data; dd if=/dev/zero of=/data/big bs=1M count=5; ls /data', {
      mounts: [{ type: 'tmpfs', target: '/data', sizeBytes: 2 * MIB }],
    });
    expect(output).toContain('No space left on device');
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    expect((await suite.api.output(id)).split('\n').filter((line) => line === 'big')).toHaveLength(2);
  });

  it('runs programs and takes no writing where asked to', async () => {
    const copied = (target: string) => `cp /bin/busybox ${target}/busybox && ${target}/busybox echo ran`;
    const { output } = await run(`${copied('/run')}; ${copied('/dry')}; touch /still/x`, {
      mounts: [
        { type: 'tmpfs', target: '/run', exec: true },
        { type: 'tmpfs', target: '/dry' },
        { type: 'tmpfs', target: '/still', readOnly: true },
      ],
    });
    expect(output.match(/^ran$/gm)).toHaveLength(1);
    expect(output).toMatch(/dry\/busybox: Permission denied/);
    expect(output).toMatch(/still\/x: Read-only file system/);
  });

  it('inside another comes after it, however they were listed', async () => {
    const { output } = await run('grep -c " /a/b " /proc/mounts; touch /a/b/x /a/y && ls /a', {
      mounts: [
        { type: 'tmpfs', target: '/a/b' },
        { type: 'tmpfs', target: '/a' },
      ],
    });
    expect(output).toBe('1\nb\ny\n');
  });

  it.each(['/', '/proc/sys', '/sys', '/dev', '/a/../proc'])('on %s is refused', async (target) => {
    const refused = await expectFailure(
      suite.api.containers.create({ image: suite.image('busybox'), mounts: [{ type: 'tmpfs', target }] }),
      'invalid_input',
    );
    expect(refused.body.details).toMatchObject({ field: 'mounts.0.target' });
  });
});
