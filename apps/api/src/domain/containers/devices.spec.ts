import { describe, expect, it } from 'vitest';
import { DEFAULT_TENANT, type Principal } from '../access/principal.js';
import { checkDevices, type WantedDevices } from './devices.js';

const ADMIN: Principal = { id: 'admin', name: 'admin', role: 'admin', tenant: DEFAULT_TENANT };
const FUSE = { hostPath: '/dev/fuse', containerPath: '/dev/fuse', permissions: 'rwm' };

const wanted = (changes: Partial<WantedDevices>): WantedDevices => ({ devices: [], deviceRules: [], ...changes });
const at = (containerPath: string) => wanted({ devices: [{ ...FUSE, containerPath }] });

describe('checkDevices', () => {
  it.each([
    [at('/dev/null'), 'has a /dev/null of its own'],
    [at('/dev/pts/1'), 'has a /dev/pts of its own'],
    [at('/dev/../etc/passwd'), 'is not a path a device can have'],
    [at('dev/fuse'), 'is not a path a device can have'],
    [at('/'), 'is not a path a device can have'],
    [wanted({ devices: [{ ...FUSE, permissions: 'rr' }] }), 'is no access to /dev/fuse'],
    [wanted({ devices: [FUSE, FUSE] }), 'two devices want to be /dev/fuse'],
    [wanted({ deviceRules: ['c 10 rwm'] }), 'is no rule about devices'],
    [wanted({ deviceRules: ['c 9999:0 r'] }), 'the largest numbers of Linux'],
  ])('refuses %o', (devices, sentence) => {
    const refused = expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(sentence) });
    expect(() => checkDevices(devices, ADMIN)).toThrowError(refused);
  });

  it('gives devices to administrators only', () => {
    const member: Principal = { ...ADMIN, role: 'member' };
    const all = wanted({ devices: [FUSE], deviceRules: ['c 10:* rwm'] });
    expect(() => checkDevices(all, ADMIN)).not.toThrow();
    expect(() => checkDevices(all, member)).toThrowError(expect.objectContaining({ code: 'forbidden' }));
    expect(() => checkDevices(wanted({}), member)).not.toThrow();
  });
});
