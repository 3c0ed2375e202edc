import { readFile } from 'node:fs/promises';

import { Fields } from './fields.js';

/** How a container ended. Times are nanoseconds since the epoch. */
export interface ExitRecord {
  readonly id: string;
  /** 128 + signal for a death by signal. */
  readonly exitCode: number;
  /** 0 when it exited by itself. */
  readonly signal: number;
  readonly oomKilled: boolean;
  readonly startedAt: bigint;
  readonly finishedAt: bigint;
  readonly bootId: string;
  readonly details?: ExitDetails;
}

/** Of records written since there are such facts. */
interface ExitDetails {
  readonly coreDumped: boolean;
  /** To the first process because a client asked for it, each signal once with its last time. */
  readonly sent: readonly { readonly signal: number; readonly time: bigint }[];
  readonly oomKills: number;
  /** Null where nothing was killed, or the kernel's log does not tell. `pid` is the host's; `first`: it was the first process; `firstKilled`: that one was killed, by itself or with the whole group. */
  readonly oomVictim: {
    readonly pid: number;
    readonly first: boolean;
    readonly firstKilled: boolean;
    readonly command: string;
    readonly time: bigint;
  } | null;
  /** Null where the kernel does not say; also for a limit that is not set. */
  readonly usage: {
    readonly cpuUsageNs: number | null;
    readonly cpuThrottledNs: number | null;
    readonly memoryPeakBytes: number | null;
    readonly memoryLimitBytes: number | null;
    readonly pidsPeak: number | null;
    readonly pidsLimit: number | null;
  };
}

/** state.json of a running container; `startTicks` is field 22 of proc_pid_stat(5), which tells a reused pid. */
export interface SupervisorState {
  readonly id: string;
  readonly supervisorPid: number;
  readonly supervisorStartTicks: number;
  readonly pid: number;
  readonly startTicks: number;
  readonly startedAt: bigint;
  readonly bootId: string;
  readonly cgroup: string;
}

/** Null where there is none: the container has not ended, or its supervisor died. */
export async function readExitRecord(file: string): Promise<ExitRecord | null> {
  const text = await readIfThere(file);
  return text === null ? null : parseExitRecord(text, file);
}

/** Null where there is none: no supervisor has got that far, or it has tidied up. */
export async function readState(file: string): Promise<SupervisorState | null> {
  const text = await readIfThere(file);
  return text === null ? null : stateOf(Fields.parse(file, text));
}

export function parseExitRecord(text: string, what: string): ExitRecord {
  const fields = Fields.parse(what, text);
  return {
    id: fields.text('id'),
    exitCode: fields.integer('exitCode'),
    signal: fields.integer('signal'),
    oomKilled: fields.flag('oomKilled'),
    startedAt: fields.nanoseconds('startedAt'),
    finishedAt: fields.nanoseconds('finishedAt'),
    bootId: fields.text('bootId'),
    ...(fields.has('usage') && { details: detailsOf(fields) }),
  };
}

function detailsOf(fields: Fields): ExitDetails {
  const usage = fields.object('usage');
  return {
    coreDumped: fields.flag('coreDumped'),
    sent: fields.list('sent').map((one) => ({ signal: one.integer('signal'), time: one.nanoseconds('time') })),
    oomKills: fields.integer('oomKills'),
    oomVictim: fields.isNull('oomVictim') ? null : victimOf(fields.object('oomVictim')),
    usage: {
      cpuUsageNs: usage.figure('cpuUsageNs'),
      cpuThrottledNs: usage.figure('cpuThrottledNs'),
      memoryPeakBytes: usage.figure('memoryPeakBytes'),
      memoryLimitBytes: usage.figure('memoryLimitBytes'),
      pidsPeak: usage.figure('pidsPeak'),
      pidsLimit: usage.figure('pidsLimit'),
    },
  };
}

function victimOf(fields: Fields): NonNullable<ExitDetails['oomVictim']> {
  return {
    pid: fields.integer('pid'),
    first: fields.flag('first'),
    firstKilled: fields.flag('firstKilled'),
    command: fields.text('command'),
    time: fields.nanoseconds('time'),
  };
}

export function stateOf(fields: Fields): SupervisorState {
  return {
    id: fields.text('id'),
    supervisorPid: fields.integer('supervisorPid'),
    supervisorStartTicks: fields.integer('supervisorStartTicks'),
    pid: fields.integer('pid'),
    startTicks: fields.integer('startTicks'),
    startedAt: fields.nanoseconds('startedAt'),
    bootId: fields.text('bootId'),
    cgroup: fields.text('cgroup'),
  };
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
