import { eventMessage, type KeelsonEvent, WS_ROUTES } from '@keelson/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queryKeys } from '@/lib/query-keys';
import { StreamClient, type StreamStatus } from '@/lib/stream-client';

/** A burst of events (a restart is four) makes one fetch. */
const GATHER_MS = 120;

const STALE: Record<KeelsonEvent['subject']['type'], readonly (readonly string[])[]> = {
  // An image's summary counts its containers.
  container: [queryKeys.containers, queryKeys.images, queryKeys.system],
  image: [queryKeys.images, queryKeys.system],
  session: [queryKeys.session],
  tenant: [],
};
const EVERYTHING = [queryKeys.containers, queryKeys.images, queryKeys.system];

/** Keeps cached answers true: each event makes those about its subject stale; after a gap or a lost connection all are. */
export function useLiveEvents(): StreamStatus {
  const queries = useQueryClient();
  const [status, setStatus] = useState<StreamStatus>('connecting');
  useEffect(() => {
    const waiting = new Set<readonly string[]>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (keys: readonly (readonly string[])[]) => {
      for (const key of keys) waiting.add(key);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const queryKey of waiting) void queries.invalidateQueries({ queryKey });
        waiting.clear();
      }, GATHER_MS);
    };
    const client = new StreamClient(() => WS_ROUTES.events, {
      onOpen: () => refresh(EVERYTHING),
      onMessage: (data) => {
        const message = eventMessage.parse(JSON.parse(String(data)));
        refresh(message.type === 'gap' ? EVERYTHING : STALE[message.event.subject.type]);
      },
      onStatus: (next) => {
        setStatus((before) => (before === 'waiting' && next === 'connecting' ? before : next));
        // A browser does not say why a socket was refused; the session's answer does.
        if (next === 'waiting') void queries.invalidateQueries({ queryKey: queryKeys.session });
      },
    });
    return () => {
      clearTimeout(timer);
      client.close();
    };
  }, [queries]);
  return status;
}
