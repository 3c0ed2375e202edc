/** Paths of the API, so that server, dashboard and scripts cannot drift apart. */
export const API_PREFIX = '/api/v1';

export const WS_ROUTES = {
  events: `${API_PREFIX}/ws/events`,
  /** Query as of `GET /containers/:id/logs`, always following. */
  logs: (container: string) => `${API_PREFIX}/ws/containers/${encodeURIComponent(container)}/logs`,
  metrics: `${API_PREFIX}/ws/metrics`,
  terminal: `${API_PREFIX}/ws/terminal`,
} as const;
