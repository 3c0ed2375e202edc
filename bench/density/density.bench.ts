import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Home } from '../support/home.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { openPeers } from '../support/peers.js';
import { parentOf, useOf } from '../support/processes.js';
import { say, surroundings } from '../support/report.js';

/** What containers cost that do nothing: memory of the engine and of the kernel for each, and processor time of all. */
const COUNTS = (process.env['CONTAINERS'] ?? '100,300,1000').split(',').map(Number);
const OF_PEERS = Number(process.env['PEER_CONTAINERS'] ?? 30);
const AT_A_TIME = 6;
/** What was started settles, then idles. */
const SETTLE_MS = 3_000;
const IDLE_MS = 10_000;
const FOR_EVER = ['sleep', '1000000'];

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];
const rows: string[] = [];

beforeAll(async () => {
  await ours.open();
  peers = await openPeers(home);
}, 120_000);
afterAll(async () => {
  const head = ['', 'monitor KiB', 'server KiB', 'kernel KiB', 'sum KiB', 'threads', 'idle CPU %'].map((name, at) =>
    at === 0 ? 'for each idle container'.padEnd(28) : name.padStart(12),
  );
  say([
    'idle containers: proportional memory (PSS) of monitors and daemon, kernel memory charged to the group, processor time of all',
    head.join(''),
    ...rows,
    surroundings(),
  ]);
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
}, 300_000);

it('keelson', { timeout: 600_000 }, async () => {
  const server = ours.suite.server.pid;
  const before = useOf([server]).pssKiB;
  const ids: string[] = [];
  for (const count of COUNTS) {
    await severally(count - ids.length, async () => ids.push(await ours.create(FOR_EVER)));
    const list = await Promise.all(
      ids.map((id) => ours.door.json<{ pid: number; cgroupPath: string }>('GET', ours.path(`/containers/${id}`))),
    );
    const supervisors = list.map(({ pid }) => parentOf(pid));
    const kernel = list.map(({ cgroupPath }) => kernelKiB(cgroupPath)).reduce((sum, one) => sum + one, 0);
    await row(`keelson, ${count}`, { count, monitors: supervisors, daemon: [server], daemonBefore: before, kernel });
  }
  await severally(ids.length, async () => ours.remove(ids.pop() ?? ''));
  expect(rows).toHaveLength(COUNTS.length);
});

it('peers', { timeout: 300_000 }, async () => {
  for (const peer of peers) {
    const daemon = peer.pids();
    const before = useOf(daemon).pssKiB;
    const ids: string[] = [];
    await severally(OF_PEERS, async () => {
      const id = await peer.create(FOR_EVER);
      await peer.start(id);
      ids.push(id);
    });
    const pids = await Promise.all(
      ids.map(async (id) => (await peer.door.json<{ State: { Pid: number } }>('GET', peer.path(`/containers/${id}/json`))).State.Pid),
    );
    const monitors = new Set(pids.map(parentOf));
    const kernel = pids.map((pid) => kernelKiB(groupOf(pid))).reduce((sum, one) => sum + one, 0);
    await row(`${peer.name}, ${OF_PEERS}`, { count: OF_PEERS, monitors: [...monitors], daemon, daemonBefore: before, kernel });
    await severally(ids.length, async () => peer.remove(ids.pop() ?? ''));
  }
  expect(rows.length).toBeGreaterThanOrEqual(peers.length);
});

interface Population {
  readonly count: number;
  readonly monitors: readonly number[];
  readonly daemon: readonly number[];
  /** Without containers. */
  readonly daemonBefore: number;
  readonly kernel: number;
}

async function row(name: string, { count, monitors, daemon, daemonBefore, kernel }: Population): Promise<void> {
  await delay(SETTLE_MS);
  const [first, begin] = [useOf([...monitors, ...daemon]), performance.now()];
  await delay(IDLE_MS);
  const cpu = (useOf([...monitors, ...daemon]).cpuMs - first.cpuMs) / (performance.now() - begin);
  const monitor = useOf(monitors);
  const share = (useOf(daemon).pssKiB - daemonBefore) / count;
  const figures = [monitor.pssKiB / count, share, kernel / count, monitor.pssKiB / count + share + kernel / count, monitor.threads / count];
  rows.push(
    name.padEnd(28) + [...figures.map((value) => value.toFixed(1)), (cpu * 100).toFixed(2)].map((text) => text.padStart(12)).join(''),
  );
}

/** Charged to a group for what the kernel keeps on behalf of its processes. */
function kernelKiB(path: string): number {
  const v1 = read(`/sys/fs/cgroup/memory${path}/memory.kmem.usage_in_bytes`);
  if (v1 !== '') return Number(v1) / 1024;
  return Number(/^kernel (\d+)$/m.exec(read(`/sys/fs/cgroup${path}/memory.stat`))?.[1] ?? 0) / 1024;
}

function groupOf(pid: number): string {
  const groups = read(`/proc/${pid}/cgroup`).split('\n');
  const line = groups.find((one) => /^\d+:([^:]*,)?memory(,[^:]*)?:/.test(one)) ?? groups.find((one) => one.startsWith('0::')) ?? '';
  return line.slice(line.lastIndexOf(':') + 1);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function severally(count: number, act: () => Promise<unknown>): Promise<void> {
  let left = count;
  const work = async () => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
