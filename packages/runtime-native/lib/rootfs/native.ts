import type { ProjectUsage } from './project.js';

/** The addon's functions of src/addon/rootfs_binding.cc; all work on worker threads. Directories are absolute. */
export interface NativeRootfs {
  quotaEnforced(directory: string): Promise<number>;
  quotaProjectOf(directory: string): Promise<number>;
  quotaClaim(trees: readonly string[], first: number): Promise<number>;
  quotaSetLimit(directory: string, project: number, bytes: number): Promise<number>;
  quotaUsage(directory: string, project: number): Promise<ProjectUsage>;
  quotaSweep(directory: string): Promise<number>;
  lockImage(path: string): Promise<number>;
  mountImage(path: string): Promise<number>;
}
