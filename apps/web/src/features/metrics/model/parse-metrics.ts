import { type MetricsMessage, metricsMessage } from '@keelson/contracts';

/** One message of the metrics WebSocket. */
export function parseMetrics(data: string | ArrayBuffer): MetricsMessage {
  return metricsMessage.parse(JSON.parse(String(data)));
}
