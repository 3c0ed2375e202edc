import type { CreateContainerInput } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox', 'debian'] });

type Mounts = NonNullable<CreateContainerInput['mounts']>;
const input = (script: string, mounts: Mounts): CreateContainerInput => ({
  image: suite.image('busybox'),
  command: ['sh', '-c', script],
  mounts,
});
const outputOf = async (script: string, mounts: Mounts) => {
  const { container } = await suite.api.run(input(script, mounts));
  return (await suite.api.output(container.id)).trim();
};
const debian = (more: object = {}) => ({ type: 'image' as const, source: suite.image('debian'), target: '/tools', ...more });

describe('the files of another image', () => {
  it('are there with their owners, read-only, and their programs run', async () => {
    const script = `head -n 1 /tools/etc/os-release; stat -c %u:%g /tools/bin/. /tools/etc/passwd; touch /tools/x 2>&1; rm /tools/etc/passwd 2>&1
      grep " /tools " /proc/mounts | cut -d " " -f 3,4 | cut -d , -f 1-3; /tools/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 --library-path /tools/usr/lib/x86_64-linux-gnu /tools/bin/bash -c 'echo from $BASH_VERSINFO' | grep -c from`;
    const lines = (await outputOf(script, [debian()])).split('\n');
    expect(lines[0]).toMatch(/PRETTY_NAME="Debian/);
    expect(lines.slice(1, 3)).toEqual(['0:0', '0:0']);
    expect(lines.filter((line) => line.includes('Read-only file system'))).toHaveLength(2);
    expect(lines.at(-2)).toBe('overlay ro,nosuid,nodev');
    expect(lines.at(-1)).toBe('1');
  });

  it('are a part of it where a path is given, also through links of the image, which lead nowhere else', async () => {
    expect(await outputOf('cat /tools/os-release | wc -l', [debian({ subpath: 'etc' })])).not.toBe('0');
    expect(await outputOf('grep -c Debian /one', [debian({ subpath: 'etc/os-release', target: '/one' })])).toMatch(/^[1-9]/);
    const refused = await expectFailure(suite.api.run(input('true', [debian({ subpath: 'nothing/here' })])), 'invalid_input');
    expect(refused.body.message).toMatch(/nothing\/here/);
    await expectFailure(suite.api.containers.create(input('true', [debian({ subpath: '../etc' })])), 'invalid_input');
  });

  it('may hold other mounts, and be the container’s own image', async () => {
    const mounts: Mounts = [
      { type: 'tmpfs', target: '/tools/tmp' },
      debian(),
      { type: 'image', source: suite.image('busybox'), target: '/again' },
    ];
    expect(await outputOf('touch /tools/tmp/x && ls /tools/tmp; cmp /bin/busybox /again/bin/busybox && echo same', mounts)).toBe('x\nsame');
  });

  it('are those that the name meant at creation; the image stays while the container is there', async () => {
    const created = await suite.api.containers.create({ ...input('head -n 1 /tools/etc/os-release', [debian()]), name: 'mounting' });
    const { id: imageId } = await suite.api.images.inspect(suite.image('debian'));
    expect(created.mounts).toEqual([{ ...debian(), imageId }]);
    const refused = await expectFailure(suite.api.images.remove(suite.image('debian')), 'image_in_use');
    expect(refused.body.message).toMatch(/is used by .*mounting/);
    await suite.api.images.remove(suite.image('debian'), { force: true });
    await suite.api.containers.start(created.id);
    await suite.api.containers.wait(created.id);
    expect(await suite.api.output(created.id)).toMatch(/PRETTY_NAME="Debian/);
    await suite.api.containers.remove(created.id);
    await suite.api.pulled(suite.image('debian'));
  });

  it('of an image that is not here are refused before anything is made', async () => {
    const before = await suite.api.containers.list();
    await expectFailure(
      suite.api.containers.create(input('true', [{ type: 'image', source: 'nobody/has:this', target: '/x' }])),
      'image_not_found',
    );
    expect(await suite.api.containers.list()).toEqual(before);
  });
});
