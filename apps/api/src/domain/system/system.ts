import type { RootfsRules } from '../containers/rootfs.js';

/** The machine, as far as it matters to who runs containers on it. */
export interface Host {
  readonly name: string;
  /** The kernel's release, e.g. `6.1.0-18-amd64`. */
  readonly kernel: string;
  readonly operatingSystem: string;
  /** As uname(1) says it, e.g. `x86_64`. */
  readonly architecture: string;
  readonly cgroupVersion: 1 | 2;
  /** Whether the kernel counts swap for each container. */
  readonly swapLimit: boolean;
  /** The file system that holds the state root; `freeBytes` are those that are not kept back for root. */
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number };
}

/** This server's own settings. */
export interface Instance {
  readonly version: string;
  readonly root: string;
  readonly dockerSocket: string;
  /** The host part of the address that the API listens on. */
  readonly listenHost: string;
}

export interface SystemReport {
  readonly host: Host;
  readonly instance: Instance;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly containers: { readonly total: number; readonly running: number };
  readonly images: number;
  readonly rootfs: RootfsRules & { readonly promisedBytes: number };
  /** What a user should know about this host, one sentence each. */
  readonly warnings: readonly string[];
}
