import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../domain/errors.js';
import { resolveUser } from './user.js';

const FILES = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\n# comment\nredis:x:999:1000:redis:/data:/bin/sh\n4711:x:5:5::/five:\nbroken:x\nbig:x:70000:1::/:\n',
  group: 'root:x:0:\nredis:x:1000:\naudio:x:29:pulse,redis\nvideo:x:44:redis\nwheel:x:10:root\n',
};
const EMPTY = { passwd: '', group: '' };

describe('resolveUser', () => {
  it.each([
    ['', { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root' }],
    ['redis', { uid: 999, gid: 1000, additionalGids: [1000, 29, 44], home: '/data' }],
    ['999', { uid: 999, gid: 1000, additionalGids: [1000, 29, 44], home: '/data' }],
    ['redis:video', { uid: 999, gid: 44, additionalGids: [44], home: '/data' }],
    ['redis:7', { uid: 999, gid: 7, additionalGids: [7], home: '/data' }],
    ['1234', { uid: 1234, gid: 0, additionalGids: [0], home: '/' }],
    ['1234:1234', { uid: 1234, gid: 1234, additionalGids: [1234], home: '/' }],
    [':audio', { uid: 0, gid: 29, additionalGids: [29], home: '/root' }],
  ])('reads "%s"', (wanted, expected) => {
    expect(resolveUser(wanted, FILES)).toEqual(expected);
  });

  it('takes digits for an id even where the image has a user of that name', () => {
    expect(resolveUser('4711', FILES)).toMatchObject({ uid: 4711, gid: 0 });
  });

  it('is root in an image without passwd', () => {
    expect(resolveUser('', EMPTY)).toEqual({ uid: 0, gid: 0, additionalGids: [0], home: '/' });
  });

  it.each(['4294967296', '2147483648', '65536', '-1', '+1', '0:99999999999', '0x0', 'nobody', 'redis:nogroup', 'big', 'broken'])(
    'refuses "%s" instead of falling back to root',
    (wanted) => {
      expect(() => resolveUser(wanted, FILES)).toThrowError(DomainError);
    },
  );
});
