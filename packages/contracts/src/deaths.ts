import { z } from 'zod';
import { timestamp } from './common.js';
import { containerHealth } from './health.js';

/** How a run came to its end. */
export const deathCause = z.enum([
  /** By itself, also by a code above 128 of its own choice. */
  'exited',
  /** It obeyed the signal that a request to stop, restart or remove sent. */
  'stopped',
  /** It did not obey in time and was killed. */
  'stop_timeout',
  /** By the signal of a request to kill, restart or remove it. */
  'killed',
  /** Its health check had it stopped or restarted. */
  'health_check',
  /** The kernel killed its main process for want of memory. */
  'oom',
  /** By a signal that the kernel sends for a fault of the program itself: SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGSYS. */
  'fault',
  /** By another signal that did not come through Keelson. */
  'signal',
  /** Its supervisor was killed, or the host went down: nobody saw how it ended. */
  'lost',
  /** It never ran. */
  'start_failed',
]);
export type DeathCause = z.infer<typeof deathCause>;

/** Who sent the signal that ended it. `certain` is false where that follows only from what is left when others are ruled out. */
export const signalSender = z.object({
  /** `keelson`: somebody asked us to; `kernel`; `host`: a process outside of the container; `inside`: a process of the container. */
  kind: z.enum(['keelson', 'kernel', 'host', 'inside', 'unknown']),
  certain: z.boolean(),
});

/** The last request before the end that could have caused it. */
export const deathRequest = z.object({
  verb: z.enum(['stop', 'kill', 'restart', 'remove']),
  /** Name of the principal, `system` for Keelson itself. */
  actor: z.string(),
  time: timestamp,
  /** Name of the signal that it sent first. */
  signal: z.string(),
  /** Given to obey it; null: none was meant to be given. */
  timeoutSeconds: z.number().nullable(),
});

/** What the OOM killer took in this run, not always the main process. */
export const deathOom = z.object({
  /** At least this many processes. */
  kills: z.int(),
  /** The last one; null where the kernel's log could not be read or does not tell any more. */
  victim: z
    .object({
      command: z.string(),
      /** On the host. */
      pid: z.int(),
      /** In the container, where that is known. */
      pidInside: z.int().nullable(),
      time: timestamp,
    })
    .nullable(),
});

/** What the run used up; null where the kernel does not say. */
export const deathUsage = z.object({
  cpuUsageNs: z.number().nullable(),
  /** Time in which its CPU quota held it back. */
  cpuThrottledNs: z.number().nullable(),
  memoryPeakBytes: z.number().nullable(),
  /** Null: no limit. */
  memoryLimitBytes: z.number().nullable(),
  pidsPeak: z.number().nullable(),
  /** The kernel does not count it (before Linux 6.6): `pidsPeak` is the most that was seen, once a second. */
  pidsPeakSampled: z.boolean(),
  /** Null: no limit. */
  pidsLimit: z.number().nullable(),
});

export const deathLogLine = z.object({
  stream: z.enum(['stdout', 'stderr']),
  time: z.string(),
  /** Cut at 512 bytes. */
  text: z.string(),
});

/** The record of one end of a container; the last ten are kept with it. */
export const death = z.object({
  /** 1 for the first of this container. */
  number: z.int(),
  cause: deathCause,
  /** What happened, in one sentence in English for a person. */
  sentence: z.string(),
  /** 128 + signal for a death by signal; docker's 125 to 128 and 255 where it never ran or is lost. */
  exitCode: z.int(),
  /** Name of the signal that ended the main process; null where it ended by itself. */
  signal: z.string().nullable(),
  coreDumped: z.boolean(),
  /** Null where no signal ended it. */
  sender: signalSender.nullable(),
  request: deathRequest.nullable(),
  /** Null: the OOM killer took nothing. */
  oom: deathOom.nullable(),
  /** Null where it never ran or is lost. */
  usage: deathUsage.nullable(),
  /** Null where it never ran. */
  startedAt: timestamp.nullable(),
  finishedAt: timestamp,
  durationMs: z.number(),
  /** Restarts by its policy before this end. */
  restartCount: z.int(),
  /** Whether its policy brings it back. */
  willRestart: z.boolean(),
  /** What its health check had found; null without one. */
  health: containerHealth.nullable(),
  /** The last lines that it wrote in this run, at most twenty, the newest last. */
  log: z.array(deathLogLine),
  /** Why it could not be started, or why it is lost. */
  error: z.string().nullable(),
});
export type Death = z.infer<typeof death>;

/** Answer of `GET /containers/:id/deaths`, the newest first. */
export const deathList = z.array(death);
