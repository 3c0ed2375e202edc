import { readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { ContainerHost } from '../../domain/containers/containers.ports.js';
import type { HostCapacity } from '../../domain/containers/limits.js';

/** The host as the kernel tells it. */
@Injectable()
export class NodeHost extends ContainerHost {
  private readonly onlineCpus = readOnlineCpus();

  constructor(private readonly config: Config) {
    super();
  }

  override capacity(): HostCapacity {
    return { memoryBytes: totalmem(), cpus: this.onlineCpus.size, onlineCpus: this.onlineCpus };
  }

  override async rebooted(): Promise<boolean> {
    const file = join(this.config.root, 'boot-id');
    const [known, now] = await Promise.all([readFile(file, 'utf8').catch(() => ''), bootId()]);
    if (known === now) return false;
    await writeFile(`${file}.new`, now, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return true;
  }
}

/** random(4): new at every boot. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

function readOnlineCpus(): ReadonlySet<number> {
  try {
    return parseCpuList(readFileSync('/sys/devices/system/cpu/online', 'utf8').trim());
  } catch {
    return new Set(Array.from({ length: availableParallelism() }, (_, cpu) => cpu));
  }
}

function parseCpuList(list: string): Set<number> {
  const cpus = new Set<number>();
  for (const range of list.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number);
    for (let cpu = first; cpu <= last; ++cpu) cpus.add(cpu);
  }
  return cpus;
}
