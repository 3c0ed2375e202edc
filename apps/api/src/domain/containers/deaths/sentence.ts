import { signalName } from '../signals.js';
import type { Death } from './death.js';

type Facts = Omit<Death, 'sentence'>;

/** What happened, in the words of one sentence without its full stop; beginning with the verb, so that it can follow the container's name. */
export function sentenceOf(death: Facts): string {
  const { cause, exitCode, signal, request, sender, error } = death;
  const name = signal === 0 ? '' : signalName(signal);
  switch (cause) {
    case 'exited':
      return `exited by itself with code ${exitCode}${aside(death)}`;
    case 'stopped':
      return `stopped by ${who(death)}: it ${signal === 0 ? `ended with code ${exitCode} after` : 'ended by'} ${signalName(request?.signal ?? signal)}${after(death)}`;
    case 'stop_timeout':
      return `killed after a ${request?.verb} by ${who(death)}: it had not obeyed ${signalName(request?.signal ?? signal)} within ${seconds(request?.timeoutMs ?? 0)}`;
    case 'killed':
      return signal === 0
        ? `ended with code ${exitCode} after ${signalName(request?.signal ?? exitCode - 128)} that ${who(death)} sent`
        : `killed with ${name} by ${who(death)}${request && request.verb !== 'kill' ? ` (${request.verb})` : ''}`;
    case 'health_check':
      return `${request?.verb === 'restart' ? 'restarted' : 'stopped'} by its health check after ${failures(death)}${healthOutput(death)}`;
    case 'oom':
      return `killed by the kernel: ${memory(death)}, ${victim(death)}`;
    case 'fault':
      return `killed by ${name}, the kernel's signal for a fault of the program${death.coreDumped ? '; a core was dumped' : ''}${aside(death)}`;
    case 'signal':
      return sender?.kind === 'host'
        ? `killed by ${name} that did not come through Keelson: by a process of the host${aside(death)}`
        : `killed by ${name}; who sent it is not known${aside(death)}`;
    case 'lost':
      return `lost: ${error ?? 'nobody saw how it ended'}`;
    case 'start_failed':
      return `could not be started: ${error ?? 'the log of the server has the cause'}`;
  }
}

function who({ request }: Facts): string {
  return request?.actor ?? 'a client of its control socket';
}

/** How long it took to obey. */
function after({ request, finishedAt }: Facts): string {
  if (!request) return '';
  const milliseconds = finishedAt.getTime() - request.time.getTime();
  return milliseconds >= 0 ? ` within ${seconds(milliseconds)}` : '';
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0))} s`;
}

function failures({ health }: Facts): string {
  const count = health?.failingStreak ?? 0;
  return count === 1 ? 'one failed probe' : `${count} failed probes in a row`;
}

function healthOutput({ health }: Facts): string {
  const words = health?.probes.at(-1)?.output.trim().split('\n', 1)[0] ?? '';
  return words === '' ? '' : `, the last one saying "${words.length > 80 ? `${words.slice(0, 80)}…` : words}"`;
}

function memory({ usage }: Facts): string {
  const { memoryPeakBytes: peak = null, memoryLimitBytes: limit = null } = usage ?? {};
  if (peak !== null && limit !== null) return `memory ${bytes(peak)} of ${bytes(limit)}`;
  return peak === null ? 'out of memory' : `memory ${bytes(peak)}, without a limit of its own: the host had none left`;
}

function victim({ oom, finishedAt }: Facts): string {
  const killed = oom?.victim;
  if (!killed) return `at ${clock(finishedAt)}; the kernel's log does not tell which process`;
  const inside = killed.pidInside === null ? `pid ${killed.pid} on the host` : `pid ${killed.pidInside} inside`;
  return `at ${clock(killed.time)}, process ${killed.command} (${inside})`;
}

/** Kills that were not the end, and still belong to the story. */
function aside({ oom }: Facts): string {
  if (!oom) return '';
  const process = oom.victim ? `process ${oom.victim.command}` : 'a process of it';
  return `; before, the kernel had killed ${process} for want of memory`;
}

const clock = (time: Date) => `${time.toISOString().slice(11, 19)} UTC`;

/** 64 MiB, 1.5 GiB. */
export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[unit]}`;
}
