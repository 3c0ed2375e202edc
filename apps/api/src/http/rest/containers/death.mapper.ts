import type { Death as Wire } from '@keelson/contracts';
import type { Death } from '../../../domain/containers/deaths/death.js';
import { signalName } from '../../../domain/containers/signals.js';
import { instantText } from '../logs/log.mapper.js';
import { toHealth } from './health.mapper.js';

export function toDeath({ signal, request, oom, startedAt, finishedAt, health, log, sender, usage, ...death }: Death): Wire {
  return {
    ...death,
    signal: signal === 0 ? null : signalName(signal),
    sender: sender && { ...sender },
    request: toRequest(request),
    oom: oom && { kills: oom.kills, victim: oom.victim && { ...oom.victim, time: oom.victim.time.toISOString() } },
    usage: usage && { ...usage },
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt.toISOString(),
    durationMs: startedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) : 0,
    health: toHealth(health),
    log: log.map(({ stream, nanoseconds, text }) => ({ stream, time: instantText(nanoseconds), text })),
  };
}

function toRequest(request: Death['request']): Wire['request'] {
  if (!request) return null;
  const { verb, actor, time, signal, timeoutMs } = request;
  return {
    verb,
    actor,
    time: time.toISOString(),
    signal: signalName(signal),
    timeoutSeconds: timeoutMs === null ? null : timeoutMs / 1000,
  };
}
