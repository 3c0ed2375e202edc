import { type PullImageInput, pullProgress } from '@keelson/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { callLines } from '@/lib/api-client';
import { ApiFailure, type FailureCode } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { queryKeys } from '@/lib/query-keys';
import { advance, failed, IDLE, type PullState } from '../model/pull-state';

export interface Pull {
  readonly state: PullState;
  readonly start: (input: PullImageInput) => void;
  readonly stop: () => void;
  readonly reset: () => void;
}

/** One pull and its progress. It goes on while the dialog is closed and ends with the page. */
export function usePull(): Pull {
  const text = useText();
  const queries = useQueryClient();
  const [state, setState] = useState(IDLE);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (input: PullImageInput) => {
      const controller = new AbortController();
      running.current = controller;
      setState({ phase: 'asking', layers: [] });
      follow(input, controller.signal, text.pull.interrupted, setState)
        .catch((error: unknown) => setState((before) => (controller.signal.aborted ? IDLE : failed(before, error))))
        .finally(() => void queries.invalidateQueries({ queryKey: queryKeys.images }));
    },
    [queries, text],
  );
  const stop = useCallback(() => running.current?.abort(), []);
  const reset = useCallback(() => setState(IDLE), []);
  return { state, start, stop, reset };
}

async function follow(
  input: PullImageInput,
  signal: AbortSignal,
  cutShort: string,
  set: (change: (before: PullState) => PullState) => void,
) {
  let ended = false;
  for await (const line of callLines(pullProgress, 'POST', '/images/pull', { body: input, signal })) {
    if (line.type === 'error') throw new ApiFailure(line.code as FailureCode, line.message, line.details);
    ended ||= line.type === 'done';
    set((before) => advance(before, line));
  }
  if (!ended) throw new ApiFailure('unreachable', cutShort);
}
