import { constants } from 'node:os';
import type { Container } from '../container.js';
import { SYSTEM_ACTOR } from '../container-events.js';
import type { ExitDetails, ExitRecord } from '../containers.ports.js';
import { SIGKILL, signalNumber } from '../signals.js';
import type { DeathCause, DeathRequest, SignalSender } from './death.js';

const { SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGSYS } = constants.signals;
/** Those that the kernel sends to a process for what it did itself. */
const FAULTS: readonly number[] = [SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGSYS];
const BY_SIGNAL = 128;

export interface Diagnosis {
  readonly cause: DeathCause;
  readonly sender: SignalSender | null;
  /** The one that counts; null where no request had a part in it. */
  readonly request: DeathRequest | null;
}

const sent = (kind: SignalSender['kind'], certain = true): SignalSender => ({ kind, certain });

/** Why a run ended, from what its supervisor saw, what was asked of us, and what the kernel allows. Never a guess: who is not known is `unknown`. */
export function diagnose(container: Container, exit: ExitRecord): Diagnosis {
  const { details, signal } = exit;
  const request = delivered(container.run.request, details);
  if (signal === 0) return byItself(container, exit, request);
  if (signal === SIGKILL && isOomVictim(exit, request)) {
    return { cause: 'oom', sender: sent('kernel', details?.oomVictim?.firstKilled === true), request: null };
  }
  if (sentByUs(signal, request, details)) return { cause: asked(container, signal, request), sender: sent('keelson'), request };
  // Where process ids are the host's, any process with the right may have sent it, the container's own included.
  if (container.config.namespaces.pid === 'host') return { cause: causeOf(signal), sender: sent('unknown'), request: null };
  // The first process of a pid namespace dies of no signal from inside, not even its own (pid_namespaces(7)): the kernel forces
  // faults on it, everything else comes from an outer namespace.
  return { cause: causeOf(signal), sender: sent(FAULTS.includes(signal) ? 'kernel' : 'host', false), request: null };
}

/** The server may have been killed between writing a request down and sending its signal. */
function delivered(request: DeathRequest | undefined, details: ExitDetails | undefined): DeathRequest | null {
  if (!request || (details && !details.sent.some(({ signal }) => signal === request.signal))) return null;
  return request;
}

function byItself(container: Container, exit: ExitRecord, request: DeathRequest | null): Diagnosis {
  // A shell or an init process that tells what became of its child.
  if (exit.oomKilled && exit.exitCode === BY_SIGNAL + SIGKILL && request === null) return { cause: 'oom', sender: null, request: null };
  if (request === null) return { cause: 'exited', sender: null, request: null };
  if (isHealthCheck(container, request)) return { cause: 'health_check', sender: null, request };
  if (request.verb !== 'kill' || request.signal === signalNumber(container.config.stopSignal))
    return { cause: 'stopped', sender: null, request };
  if (exit.exitCode === BY_SIGNAL + request.signal) return { cause: 'killed', sender: null, request };
  return { cause: 'exited', sender: null, request: null };
}

function asked(container: Container, signal: number, request: DeathRequest | null): DeathCause {
  if (request === null) return 'killed';
  if (isHealthCheck(container, request)) return 'health_check';
  if (request.verb === 'kill' || request.timeoutMs === null) return 'killed';
  return signal === request.signal ? 'stopped' : 'stop_timeout';
}

/** Nobody but the health monitor has Keelson itself stop or restart what runs. */
function isHealthCheck({ run }: Container, { verb, actor }: DeathRequest): boolean {
  return actor === SYSTEM_ACTOR && (verb === 'stop' || verb === 'restart') && run.health?.status === 'unhealthy';
}

/** The main process itself: the kernel's log names it, or nobody else can have killed it. */
function isOomVictim({ oomKilled, details }: ExitRecord, request: DeathRequest | null): boolean {
  if (!oomKilled) return false;
  if (details?.oomVictim?.firstKilled) return true;
  return !sentByUs(SIGKILL, request, details);
}

/** The supervisor's own word where there is one; else whether the request would have. */
function sentByUs(signal: number, request: DeathRequest | null, details: ExitDetails | undefined): boolean {
  if (details) return details.sent.some((one) => one.signal === signal);
  return request !== null && (signal === request.signal || (signal === SIGKILL && request.verb !== 'kill'));
}

const causeOf = (signal: number): DeathCause => (FAULTS.includes(signal) ? 'fault' : 'signal');
