import type { MetricsSample, MetricsSubscription } from '@keelson/contracts';
import { WS_ROUTES } from '@keelson/contracts';
import { useEffect, useState } from 'react';
import { StreamClient, type StreamStatus } from '@/lib/stream-client';
import { parseMetrics } from '../model/parse-metrics';
import { withSample } from '../model/series';

/** Samples of one container since its start, as far back as the server keeps them, and live. */
export function useContainerMetrics(id: string): { samples: readonly MetricsSample[]; status: StreamStatus } {
  const [samples, setSamples] = useState<readonly MetricsSample[]>([]);
  const [status, setStatus] = useState<StreamStatus>('connecting');
  useEffect(() => {
    const subscription: MetricsSubscription = { type: 'subscribe', containers: [id], history: true };
    const client = new StreamClient(() => WS_ROUTES.metrics, {
      onOpen: (send) => send(JSON.stringify(subscription)),
      onMessage: (data) => {
        const message = parseMetrics(data);
        if (message.type === 'history') setSamples(message.samples);
        const sample = message.type === 'samples' ? message.samples[id] : undefined;
        if (sample) setSamples((before) => withSample(before, sample));
      },
      onStatus: setStatus,
    });
    return () => client.close();
  }, [id]);
  return { samples, status };
}
