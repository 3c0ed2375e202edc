import { describe, expect, it } from 'vitest';
import { DEFAULT_SECURITY, type Security } from '../../../domain/containers/security.js';
import { seccompOf } from './seccomp.js';

const STANDARD = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }] };
const filter = (changes: Partial<Security>) => seccompOf({ ...DEFAULT_SECURITY, ...changes }, STANDARD);
const allowed = (changes: Partial<Security>) =>
  ((filter(changes)?.['syscalls'] ?? []) as { names: string[] }[]).flatMap(({ names }) => names);

describe('the filter of a container', () => {
  it('is the standard one, unchanged, without options and with capabilities that open no call', () => {
    expect(filter({})).toBe(STANDARD);
    expect(filter({ addCapabilities: ['CAP_MKNOD'], dropCapabilities: ['CAP_KILL'] })).toBe(STANDARD);
  });

  it('opens the calls of an added capability and no others', () => {
    expect(allowed({ addCapabilities: ['CAP_SYS_PTRACE'] })).toEqual(expect.arrayContaining(['read', 'ptrace', 'process_vm_readv']));
    expect(allowed({ addCapabilities: ['CAP_SYS_PTRACE'] })).not.toContain('mount');
    expect(allowed({ addCapabilities: ['CAP_SYS_ADMIN'] })).toEqual(expect.arrayContaining(['mount', 'unshare', 'clone']));
  });

  it('opens nothing for a capability that is dropped again', () => {
    expect(allowed({ addCapabilities: ['ALL'], dropCapabilities: ['CAP_SYS_ADMIN'] })).not.toContain('mount');
  });

  it('is none for a privileged or unconfined container, and one’s own where it is given', () => {
    expect(filter({ privileged: true })).toBeUndefined();
    expect(filter({ seccomp: 'unconfined' })).toBeUndefined();
    const own = { defaultAction: 'SCMP_ACT_ALLOW' };
    expect(filter({ seccomp: own })).toBe(own);
    expect(filter({ seccomp: own, privileged: true })).toBe(own);
  });
});
