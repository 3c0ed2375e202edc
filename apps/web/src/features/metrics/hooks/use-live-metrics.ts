import { type MetricsSample, type MetricsSubscription, WS_ROUTES } from '@keelson/contracts';
import { useEffect, useState } from 'react';
import { StreamClient } from '@/lib/stream-client';
import { parseMetrics } from '../model/parse-metrics';

type Samples = Readonly<Record<string, MetricsSample>>;
const ALL: MetricsSubscription = { type: 'subscribe', containers: 'all' };

/** The newest sample of each running container, once a second. */
export function useLiveMetrics(): Samples {
  const [samples, setSamples] = useState<Samples>({});
  useEffect(() => {
    const client = new StreamClient(() => WS_ROUTES.metrics, {
      onOpen: (send) => send(JSON.stringify(ALL)),
      onMessage: (data) => {
        const message = parseMetrics(data);
        if (message.type === 'samples') setSamples(message.samples);
      },
    });
    return () => client.close();
  }, []);
  return samples;
}
