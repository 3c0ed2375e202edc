import { describe, expect, it } from 'vitest';
import type { TmpfsMount } from './container.js';
import { checkedMounts, inMountingOrder } from './mounts.js';

const tmpfs = (target: string): TmpfsMount => ({ type: 'tmpfs', target, mode: '1777', exec: false, readOnly: false });

describe('mounts of a container', () => {
  it('may lie anywhere else', () => {
    const targets = checkedMounts(['/data', '/data/cache', '/dev/shm', '/procedures', '/a//b/'].map(tmpfs)).map(({ target }) => target);
    expect(targets).toEqual(['/data', '/data/cache', '/dev/shm', '/procedures', '/a/b']);
  });

  it.each(['/', '//', '/proc', '/proc/sys', '/sys/', '/sys/fs/cgroup', '/dev', '/dev/pts', 'data', '/data/../proc', '/./proc'])(
    'are refused on %s, by name of the field',
    (target) => {
      expect(() => checkedMounts([tmpfs('/fine'), tmpfs(target)])).toThrowError(
        expect.objectContaining({ code: 'invalid_input', details: { field: 'mounts.1.target' } }),
      );
    },
  );

  it('have targets of their own, however they are written', () => {
    expect(() => checkedMounts([tmpfs('/data'), tmpfs('/data//')])).toThrow('two mounts have the target /data');
  });

  it('are made from the outside in', () => {
    expect(inMountingOrder(['/a/b/c', '/a', '/d/e', '/a/b'].map(tmpfs)).map(({ target }) => target)).toEqual([
      '/a',
      '/d/e',
      '/a/b',
      '/a/b/c',
    ]);
  });
});
