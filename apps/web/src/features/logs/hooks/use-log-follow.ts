import { type LogMessage, logMessage } from '@keelson/contracts';
import { useEffect, useRef, useState } from 'react';
import { StreamClient, type StreamStatus } from '@/lib/stream-client';
import { append, EMPTY_LOG, type LogBuffer } from '../model/log-buffer';
import { LogCursor } from '../model/log-cursor';

/** Lines that come within this time are drawn together. */
const GATHER_MS = 50;

export type LogEnd = Extract<LogMessage, { type: 'end' | 'error' }>;

export interface FollowedLog {
  readonly buffer: LogBuffer;
  /** Set once the container has ended, or reading its log failed; nothing more will come of this run. */
  readonly end: LogEnd | undefined;
  readonly status: StreamStatus;
}

/** The log of a container, with its newest lines first to come and then live. `run` names the run, e.g. its start: a new one is followed again. */
export function useLogFollow(id: string, run: string | null): FollowedLog {
  const [buffer, setBuffer] = useState(EMPTY_LOG);
  const [end, setEnd] = useState<LogEnd>();
  const [status, setStatus] = useState<StreamStatus>('connecting');
  const cursor = useRef(new LogCursor());

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new run is a reason to connect again
  useEffect(() => {
    let waiting: LogMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    setEnd(undefined);
    const draw = () => {
      timer = undefined;
      const messages = waiting;
      waiting = [];
      setBuffer((before) => append(before, messages));
    };
    const client = new StreamClient(() => cursor.current.path(id), {
      onMessage: (data) => {
        const message = logMessage.parse(JSON.parse(String(data)));
        if (message.type === 'end' || message.type === 'error') {
          client.close();
          clearTimeout(timer);
          draw();
          setEnd(message);
        } else if (cursor.current.isNew(message)) {
          waiting.push(message);
          timer ??= setTimeout(draw, GATHER_MS);
        }
      },
      onStatus: setStatus,
    });
    return () => {
      client.close();
      clearTimeout(timer);
      // What the cursor has counted as seen must be kept, or the next connection would leave it out.
      if (waiting.length > 0) draw();
    };
  }, [id, run]);
  return { buffer, end, status };
}
