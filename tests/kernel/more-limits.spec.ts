import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ContainerDetail, CreateContainerInput } from '@keelson/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { type KernelFile, kernelFile } from '../support/kernel-file.js';
import { useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
let version: 1 | 2;
beforeAll(async () => {
  version = (await suite.api.system()).cgroupVersion;
});

type Wanted = Partial<CreateContainerInput>;

function started(wanted: Wanted): Promise<ContainerDetail> {
  return suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true, ...wanted });
}

/** What one command says inside a container of its own. */
async function said(command: string[], wanted: Wanted): Promise<string> {
  const { container } = await suite.api.run({ image: suite.image('busybox'), command, ...wanted });
  return (await suite.api.output(container.id)).trim();
}

describe('the kernel’s file', () => {
  const CASES: [string, NonNullable<Wanted['resources']>, KernelFile, (version: 1 | 2) => string][] = [
    [
      'of reserved memory',
      { memoryBytes: 64 * MIB, memoryReservationBytes: 32 * MIB },
      { v1: ['memory', 'memory.soft_limit_in_bytes'], v2: 'memory.low' },
      () => String(32 * MIB),
    ],
    [
      'of memory and swap is twice the memory where nobody said otherwise',
      { memoryBytes: 64 * MIB },
      { v1: ['memory', 'memory.memsw.limit_in_bytes'], v2: 'memory.swap.max' },
      (cgroups) => String(cgroups === 1 ? 128 * MIB : 64 * MIB),
    ],
    ['of memory nodes', { cpusetMems: '0' }, { v1: ['cpuset', 'cpuset.mems'], v2: 'cpuset.mems' }, () => '0'],
    [
      'of the CPU quota',
      { cpuQuotaMicros: 5000, cpuPeriodMicros: 20_000 },
      { v1: ['cpu', 'cpu.cfs_quota_us'], v2: 'cpu.max' },
      (cgroups) => (cgroups === 1 ? '5000' : '5000 20000'),
    ],
    // 1024 shares are a weight of 100, each the kernel's default; half of it is 59 on v2's steeper scale.
    ['of the CPU weight', { cpuShares: 512 }, { v1: ['cpu', 'cpu.shares'], v2: 'cpu.weight' }, (cgroups) => (cgroups === 1 ? '512' : '59')],
  ];
  it.each(CASES)('%s', async (_what, resources, names, expected) => {
    const container = await started({ resources });
    expect(await kernelFile(container, version, names)).toBe(expected(version));
    expect((await suite.api.containers.inspect(container.id)).resources).toEqual(resources);
  });

  it('of swappiness holds it on cgroup v1; v2 has none, and it is refused there', async () => {
    const wanted = { resources: { memorySwappiness: 0 } };
    if (version === 2) return expectFailure(started(wanted), 'limit_invalid');
    const names: KernelFile = { v1: ['memory', 'memory.swappiness'], v2: '' };
    expect(await kernelFile(await started(wanted), version, names)).toBe('0');
  });

  it('of huge pages holds the limit where the controller is there; elsewhere it is refused', async () => {
    const hugePages = [{ pageSize: '2MB', limitBytes: 4 * MIB }];
    if (!hasHugePages()) return expectFailure(started({ resources: { hugePages } }), 'limit_invalid');
    const names: KernelFile = { v1: ['hugetlb', 'hugetlb.2MB.limit_in_bytes'], v2: 'hugetlb.2MB.max' };
    expect(await kernelFile(await started({ resources: { hugePages } }), version, names)).toBe(String(4 * MIB));
  });

  it('of the oom score holds it, for PID 1 and for what joins it', async () => {
    const { id, pid } = await started({ resources: { oomScoreAdj: 500 } });
    expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('500\n');
    expect(await suite.api.containers.exec(id, { command: ['cat', '/proc/self/oom_score_adj'] })).toMatchObject({ stdout: '500\n' });
  });

  it('of an oom score below what the server may give holds the server’s own', async () => {
    const { pid } = await started({ resources: { oomScoreAdj: -1000 } });
    const own = (await readFile(`/proc/${suite.server.pid}/oom_score_adj`, 'utf8')).trim();
    // With CAP_SYS_RESOURCE the server may go lower.
    expect(['-1000', own]).toContain((await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).trim());
  });
});

describe('ulimits', () => {
  it('bind PID 1 and what joins it', async () => {
    const ulimits = [
      { name: 'nofile' as const, soft: 64, hard: 128 },
      { name: 'stack' as const, soft: 1 * MIB },
      { name: 'cpu' as const, soft: -1 },
    ];
    const { id, pid } = await started({ resources: { ulimits } });
    const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
    expect(limits).toMatch(/^Max open files +64 +128 /m);
    expect(limits).toMatch(/^Max stack size +1048576 +1048576 /m);
    expect(limits).toMatch(/^Max cpu time +unlimited +unlimited /m);
    expect(await suite.api.containers.exec(id, { command: ['sh', '-c', 'ulimit -n; ulimit -Hn'] })).toMatchObject({ stdout: '64\n128\n' });
  });

  it('of open files is felt', async () => {
    const resources = { ulimits: [{ name: 'nofile' as const, soft: 3 }] };
    expect(await said(['cat', '/etc/passwd'], { resources })).toMatch(/Too many open files/);
  });

  it('of file size is felt', async () => {
    const resources = { ulimits: [{ name: 'fsize' as const, soft: 8192 }] };
    expect(await said(['sh', '-c', 'trap "" XFSZ; head -c 20000 /dev/zero > /f; wc -c < /f'], { resources })).toMatch(/^8192$/m);
  });
});

describe('/dev/shm', () => {
  it.each([
    [{ shmSizeBytes: 8 * MIB }, '8192'],
    [{}, '65536'],
  ])('has the size that was asked for: %o', async (resources, kibibytes) => {
    expect(await said(['sh', '-c', 'df -k /dev/shm | tail -n 1'], { resources })).toMatch(new RegExp(`^\\S+ +${kibibytes} `));
  });

  it('takes no more than that', async () => {
    const command = ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/f bs=1M count=9 2>&1; stat -c %s /dev/shm/f'];
    expect(await said(command, { resources: { shmSizeBytes: 8 * MIB } })).toMatch(/No space left on device(.*\n)+8388608$/);
  });
});

describe('sysctls', () => {
  it('are set in the container’s own namespaces and nowhere else', async () => {
    const before = await readFile('/proc/sys/net/core/somaxconn', 'utf8');
    const sysctls = {
      'net.core.somaxconn': '77',
      'kernel.shmmni': '99',
      'kernel.sem': '10 20 30 40',
      'fs.mqueue.msg_max': '7',
      'net.ipv4.ip_local_port_range': '30000 30010',
    };
    const files = Object.keys(sysctls).map((name) => `/proc/sys/${name.replaceAll('.', '/')}`);
    const text = await said(['cat', ...files], { sysctls });
    expect(text.replaceAll('\t', ' ')).toBe(Object.values(sysctls).join('\n'));
    expect(await readFile('/proc/sys/net/core/somaxconn', 'utf8')).toBe(before);
  });

  it.each(['kernel.core_pattern', 'vm.swappiness', 'net.ipv4.ip_forward'])('refuse %s before anything is made', async (name) => {
    const before = await suite.api.containers.list();
    await expectFailure(started({ sysctls: { [name]: '1' } }), 'invalid_input');
    expect(await suite.api.containers.list()).toEqual(before);
  });

  it('with a value that the kernel does not take fail the start and name the setting', async () => {
    await expect(started({ sysctls: { 'net.core.somaxconn': 'many' } })).rejects.toThrow(/net\.core\.somaxconn/);
  });
});

function hasHugePages(): boolean {
  return version === 1 ? existsSync('/sys/fs/cgroup/hugetlb') : existsSync('/sys/kernel/mm/hugepages');
}
