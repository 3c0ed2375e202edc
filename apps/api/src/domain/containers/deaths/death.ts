import type { Health } from '../health/health.js';

export type DeathCause =
  | 'exited'
  | 'stopped'
  | 'stop_timeout'
  | 'killed'
  | 'health_check'
  | 'oom'
  | 'fault'
  | 'signal'
  | 'lost'
  | 'start_failed';

/** Who sent the signal that ended a run. Not certain where that only follows from ruling others out. */
export interface SignalSender {
  readonly kind: 'keelson' | 'kernel' | 'host' | 'inside' | 'unknown';
  readonly certain: boolean;
}

/** A request that may end a run; written down before its signal is sent, so that it outlives the server. */
export interface DeathRequest {
  readonly verb: 'stop' | 'kill' | 'restart' | 'remove';
  readonly actor: string;
  readonly time: Date;
  /** The first that is sent. */
  readonly signal: number;
  /** Given to obey it before SIGKILL follows; null: none was meant to be given. */
  readonly timeoutMs: number | null;
}

export interface OomVictim {
  readonly command: string;
  /** On the host. */
  readonly pid: number;
  readonly pidInside: number | null;
  readonly time: Date;
}

/** Null where the kernel does not say; a limit that is not set is null as well. */
export interface DeathUsage {
  readonly cpuUsageNs: number | null;
  readonly cpuThrottledNs: number | null;
  readonly memoryPeakBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly pidsPeak: number | null;
  /** The kernel does not count it: the most that was seen, once a second. */
  readonly pidsPeakSampled: boolean;
  readonly pidsLimit: number | null;
}

export interface DeathLogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Since the epoch. */
  readonly nanoseconds: bigint;
  readonly text: string;
}

/** How a run, or a try to start one, ended. */
export interface Death {
  /** 1 for the container's first. */
  readonly number: number;
  readonly cause: DeathCause;
  /** In English, for a person. */
  readonly sentence: string;
  readonly exitCode: number;
  /** 0 where no signal ended the main process. */
  readonly signal: number;
  readonly coreDumped: boolean;
  readonly sender: SignalSender | null;
  readonly request: DeathRequest | null;
  readonly oom: { readonly kills: number; readonly victim: OomVictim | null } | null;
  readonly usage: DeathUsage | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  /** Restarts by its policy before this end. */
  readonly restartCount: number;
  readonly willRestart: boolean;
  readonly health: Health | null;
  /** The newest last. */
  readonly log: readonly DeathLogLine[];
  readonly error: string | null;
}

/** Of one container; older ones are forgotten. */
export const KEPT_DEATHS = 10;
