import { type LogMessage, logMessage } from '@keelson/contracts';
import { useEffect, useState } from 'react';
import { callLines, type Query } from '@/lib/api-client';
import { ApiFailure, asFailure, type FailureCode } from '@/lib/api-error';
import { append, EMPTY_LOG, type LogBuffer } from '../model/log-buffer';

/** So long nothing more was typed. */
const SETTLED_MS = 250;
/** What comes within this time is drawn together. */
const GATHER_MS = 100;

interface Found {
  readonly buffer: LogBuffer;
  /** All that were found, also those that are not shown. */
  readonly lines: number;
  readonly done: boolean;
  readonly failure?: ApiFailure;
}
const NOTHING: Found = { buffer: EMPTY_LOG, lines: 0, done: false };

/** What the server finds in the log of a container; a new query ends the one before. */
export function useServerSearch(id: string, query: Query): Found {
  const [found, setFound] = useState<Found>(NOTHING);
  useEffect(() => {
    const { signal, abort } = aborter();
    const timer = setTimeout(() => {
      setFound(NOTHING);
      search(id, query, signal, (messages) => setFound((before) => withMessages(before, messages)))
        .then(() => setFound((before) => ({ ...before, done: true })))
        .catch((error: unknown) => !signal.aborted && setFound((before) => ({ ...before, done: true, failure: asFailure(error) })));
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      abort();
    };
  }, [id, query]);
  return found;
}

function aborter(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

async function search(id: string, query: Query, signal: AbortSignal, tell: (messages: readonly LogMessage[]) => void): Promise<void> {
  let waiting: LogMessage[] = [];
  let told = performance.now();
  const flush = () => {
    if (!signal.aborted) tell(waiting);
    waiting = [];
    told = performance.now();
  };
  for await (const message of callLines(logMessage, 'GET', `/containers/${encodeURIComponent(id)}/logs`, { query, signal })) {
    if (message.type === 'error') throw new ApiFailure(message.code as FailureCode, message.message);
    waiting.push(message);
    if (performance.now() - told > GATHER_MS) flush();
  }
  flush();
  signal.throwIfAborted();
}

function withMessages(before: Found, messages: readonly LogMessage[]): Found {
  const lines = messages.filter((message) => message.type === 'line' && !message.partial).length;
  return { ...before, buffer: append(before.buffer, messages), lines: before.lines + lines };
}
