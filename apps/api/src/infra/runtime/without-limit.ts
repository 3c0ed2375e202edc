import { readFile } from 'node:fs/promises';
import type { WithoutLimit } from './spec/live-change.js';

/** What a container has that is not limited: all CPUs and memory nodes, and the server's own standing with the OOM killer. */
export async function readWithoutLimit(): Promise<WithoutLimit> {
  const [cpus, memoryNodes, score] = await Promise.all([
    readFile('/sys/devices/system/cpu/online', 'utf8'),
    // A kernel without NUMA has the one node 0.
    readFile('/sys/devices/system/node/online', 'utf8').catch(() => '0'),
    readFile('/proc/self/oom_score_adj', 'utf8'),
  ]);
  return { cpus: cpus.trim(), memoryNodes: memoryNodes.trim(), oomScoreAdj: Number(score) };
}
