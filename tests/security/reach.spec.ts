import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { directory, entry } from '../../packages/runtime-native/test/support/tar.js';
import { pushVariant } from '../support/images/variant.js';
import { CHECKOUT } from '../support/paths.js';
import { useSuite } from '../support/suite.js';

const PROBE = join(CHECKOUT, 'packages/runtime-native/build/Release/keelson-probe');
const EXPECTED = join(import.meta.dirname, 'reach.txt');
const MOST_SYSCALLS = 300;

const suite = useSuite();
let lines: string[];

beforeAll(async () => {
  const entries = [
    ...['dev', 'proc', 'sys', 'tmp'].map((name) => directory(name)),
    entry({ name: 'probe', mode: 0o755 }, await readFile(PROBE)),
  ];
  const image = await pushVariant(suite.registry.host, 'probe', { entries, config: { Cmd: ['/probe'] } });
  await suite.api.pulled(image);
  const { container, result } = await suite.api.run({ image });
  const output = await suite.api.output(container.id);
  expect(result.exitCode, output).toBe(0);
  lines = output.trim().split('\n');
});

const of = (kind: string) => lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));

describe('what a process in a container can reach', () => {
  it('is exactly what the list in the repository says', async () => {
    const expected = (await readFile(EXPECTED, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect([...lines].sort()).toEqual([...expected].sort());
  });

  it(`is at most ${MOST_SYSCALLS} system calls`, () => {
    expect(of('syscall').length).toBeGreaterThan(100);
    expect(of('syscall').length).toBeLessThanOrEqual(MOST_SYSCALLS);
  });

  it('1b 18: no user namespaces, mounts, packet filters and programs of the kernel', () => {
    const closed = 'unshare setns clone3 mount umount2 fsopen fsmount move_mount open_tree mount_setattr pivot_root bpf perf_event_open';
    const more =
      'io_uring_setup io_uring_enter keyctl add_key request_key userfaultfd ptrace process_vm_readv process_vm_writev pidfd_getfd';
    const host =
      'reboot kexec_load init_module finit_module delete_module swapon settimeofday clock_settime syslog acct quotactl iopl ioperm';
    const reached = new Set(of('syscall'));
    expect(`${closed} ${more} ${host}`.split(' ').filter((name) => reached.has(name))).toEqual([]);
  });

  it('1b 22: no files by handle', () => {
    expect(of('syscall').filter((name) => name.includes('by_handle') || name.includes('to_handle'))).toEqual([]);
  });

  it('1b 19: no other instruction set’s calls: no i386 way to AF_ALG, no x32', () => {
    expect(of('abi')).toEqual([]);
  });

  it('1b 20: the socket families unix, inet, inet6 and netlink, of netlink route, sock_diag and uevent', () => {
    expect(of('family')).toEqual(['1', '2', '10', '16']);
    expect(of('netlink')).toEqual(['0', '4', '15']);
  });

  it('1b 23: no packet sockets and no raw ones, and ping works without', () => {
    expect(of('family')).not.toContain('17');
    expect(of('raw')).toEqual([]);
    expect(of('ping')).toEqual(['inet', 'inet6']);
  });

  it('1a 11: nothing in the inheritable and ambient sets', () => {
    expect(of('privilege')).toEqual(expect.arrayContaining(['CapInh 0000000000000000', 'CapAmb 0000000000000000']));
  });

  it('1a 12, 1b 16: nothing below /proc and /sys opens for writing, cgroups and release_agent included', () => {
    expect(of('writable')).toEqual([]);
  });

  it('1a 9: the devices of a default /dev, and no node can be made', () => {
    expect(of('device').map((line) => line.split(' ')[1])).toEqual(expect.arrayContaining(['1:3', '1:5', '1:7', '1:8', '1:9']));
    expect(of('mknod')).toEqual([]);
  });
});
