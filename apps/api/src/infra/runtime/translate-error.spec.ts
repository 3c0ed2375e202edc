import { constants } from 'node:os';
import { RuntimeError, type RuntimeErrorCode } from '@keelson/runtime-native';
import { describe, expect, it } from 'vitest';
import { translateError } from './translate-error.js';

const { ENOENT, EACCES, EADDRINUSE, ENOSPC, EINVAL } = constants.errno;
const translated = (stage: string, errno: number, code: RuntimeErrorCode = 'RUNTIME_FAILED') =>
  translateError(new RuntimeError('the kernel said no', { code, stage, errno }), { container: 'web', command: ['/bin/x', '-v'] });

describe('a failure of the native side', () => {
  it.each([
    ['exec', ENOENT, 'command_not_found'],
    ['exec', EACCES, 'command_not_executable'],
    ['cgroup.limit', EINVAL, 'limit_invalid'],
    ['net.port', EADDRINUSE, 'port_in_use'],
    ['net.link', EINVAL, 'network_failed'],
    ['mount.overlay', ENOSPC, 'storage_full'],
    ['mount.overlay', EINVAL, 'runtime_failed'],
  ])('at %s with errno %i is %s, with both in the details', (stage, errno, code) => {
    expect(translated(stage, errno)).toMatchObject({ code, details: { stage, errno } });
  });

  it('names container and program', () => {
    for (const errno of [ENOENT, EACCES])
      expect(translated('exec', errno)).toMatchObject({ message: expect.stringMatching(/web.*\/bin\/x/) });
  });

  it('is a conflict where the supervisor has gone', () => {
    expect(translated('', 0, 'CONTROL_LOST')).toMatchObject({ code: 'container_state_conflict' });
  });

  it('of another kind passes unchanged', () => {
    const fault = new TypeError('ours');
    expect(translateError(fault, { container: 'web', command: [] })).toBe(fault);
  });
});
