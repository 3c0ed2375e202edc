import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { ContainerHost } from '../../domain/containers/containers.ports.js';
import type { HostAccess } from '../../domain/containers/host-access.js';
import type { HostCapacity, HostDevice } from '../../domain/containers/limits/host-capacity.js';
import type { RootfsRules } from '../../domain/containers/rootfs.js';
import { exists, renameDurably, writeDurably } from '../files/durable.js';
import { readHostControls } from './host-controls.js';
import { readDevices } from './host-devices.js';
import { RootfsStorage } from './rootfs-storage.js';

/** The host as the kernel tells it. */
@Injectable()
export class NodeHost extends ContainerHost {
  private readonly onlineCpus = readList('/sys/devices/system/cpu/online', availableParallelism());
  private readonly memoryNodes = readList('/sys/devices/system/node/online', 1);
  private readonly controls = readHostControls();
  private readonly bootFile: string;
  private readonly allowed: HostAccess;
  private readonly sizes: Omit<RootfsRules, 'keptBy'>;

  constructor(
    { root, bindRoots, hostNamespaces, rootfsBytes, tenantRootfsBytes }: Config,
    private readonly storage: RootfsStorage,
  ) {
    super();
    this.sizes = { defaultBytes: rootfsBytes, tenantBytes: tenantRootfsBytes };
    this.bootFile = join(root, 'boot-id');
    this.allowed = { bindRoots, hostNamespaces };
  }

  override access(): HostAccess {
    return this.allowed;
  }

  override rootfs(): RootfsRules {
    return { ...this.sizes, keptBy: this.storage.keptBy };
  }

  override capacity(): HostCapacity {
    const { onlineCpus, memoryNodes } = this;
    return { memoryBytes: totalmem(), cpus: onlineCpus.size, onlineCpus, memoryNodes, ...this.controls };
  }

  override devices(paths: readonly string[]): Promise<ReadonlyMap<string, HostDevice>> {
    return readDevices(paths);
  }

  override async rebooted(): Promise<boolean> {
    const [known, now] = await Promise.all([this.knownBoot(), bootId()]);
    return known !== now;
  }

  override async noteBoot(): Promise<void> {
    const now = await bootId();
    if ((await this.knownBoot()) === now) return;
    const fresh = `${this.bootFile}.new`;
    await rm(fresh, { force: true });
    await writeDurably(fresh, now);
    await renameDurably(fresh, this.bootFile);
  }

  private async knownBoot(): Promise<string> {
    return (await exists(this.bootFile)) ? readFile(this.bootFile, 'utf8') : '';
  }
}

/** random(4): new at every boot. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** A list of the kernel, `0-2,4`; where it has none, so many from 0 on. */
function readList(file: string, otherwise: number): ReadonlySet<number> {
  try {
    return parseList(readFileSync(file, 'utf8').trim());
  } catch {
    return new Set(Array.from({ length: otherwise }, (_, member) => member));
  }
}

function parseList(list: string): Set<number> {
  const members = new Set<number>();
  for (const range of list.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number);
    for (let member = first; member <= last; ++member) members.add(member);
  }
  return members;
}
