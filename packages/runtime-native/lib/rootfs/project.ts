import { randomInt } from 'node:crypto';
import { binding } from '../binding.js';
import { told } from '../net/told.js';

/** Of src/core/quota/project.h. */
const FIRST_PROJECT = 0x4b00_0000;
const PROJECTS = 0x0100_0000;

export interface ProjectUsage {
  readonly bytes: number;
  readonly inodes: number;
  /** 0: no limit. */
  readonly limitBytes: number;
}

/** Whether the filesystem of this directory counts by project and keeps limits: mounted with prjquota. */
export const quotasEnforced = async (directory: string): Promise<boolean> => (await told(binding().quotaEnforced(directory))) === 1;

/** The project that what is made in this directory belongs to; 0: none. */
export const projectOf = (directory: string): Promise<number> => told(binding().quotaProjectOf(directory));

/**
 * Gives these trees, all of one filesystem, a project that no file there has. The search begins anywhere, so that two servers on one
 * filesystem do not meet.
 */
export const claimProject = (trees: readonly string[]): Promise<number> =>
  told(binding().quotaClaim(trees, FIRST_PROJECT + randomInt(PROJECTS)));

/** 0 takes the limit away. Read back: it resolves only where the kernel keeps it. */
export async function setProjectLimit(directory: string, project: number, bytes: number): Promise<void> {
  await told(binding().quotaSetLimit(directory, project, bytes));
}

export const projectUsage = (directory: string, project: number): Promise<ProjectUsage> => told(binding().quotaUsage(directory, project));

/** Takes away limits of Keelson's that no file is under any more; resolves to their number. */
export const sweepProjects = (directory: string): Promise<number> => told(binding().quotaSweep(directory));
