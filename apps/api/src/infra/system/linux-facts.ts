import { access, readFile, statfs } from 'node:fs/promises';
import { hostname, machine, release } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import type { Host, Instance } from '../../domain/system/system.js';
import { SystemFacts } from '../../domain/system/system.ports.js';
import { cgroupVersion } from './cgroup-version.js';

@Injectable()
export class LinuxFacts extends SystemFacts {
  readonly instance: Instance;
  /** What only a reboot changes. */
  private readonly constant = readConstant();

  constructor({ version, root, dockerSocket, listen }: Config) {
    super();
    this.instance = { version, root, dockerSocket, listenHost: listen.host };
  }

  async host(): Promise<Host> {
    const { bsize, blocks, bavail } = await statfs(this.instance.root);
    return { ...(await this.constant), name: hostname(), disk: { totalBytes: blocks * bsize, freeBytes: bavail * bsize } };
  }
}

async function readConstant(): Promise<Omit<Host, 'name' | 'disk'>> {
  return {
    kernel: release(),
    operatingSystem: await operatingSystem(),
    architecture: machine(),
    cgroupVersion: await cgroupVersion(),
    // Since Linux 6.1 a kernel with swap counts it (swapaccount=0 is gone); without CONFIG_SWAP this file is missing.
    swapLimit: await access('/proc/swaps').then(
      () => true,
      () => false,
    ),
  };
}

/** os-release(5). */
async function operatingSystem(): Promise<string> {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const name = /^PRETTY_NAME=(["']?)(.+)\1$/m.exec(text)?.[2];
    if (name !== undefined) return name;
  }
  return 'Linux';
}
