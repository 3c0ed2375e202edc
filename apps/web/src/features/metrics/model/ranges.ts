/** How far back charts reach; the first is live. `days`: its times need a date. */
export const RANGES = {
  '6h': { step: 10, days: false },
  '7d': { step: 60, days: true },
} as const;
export type PastRange = keyof typeof RANGES;
export type Range = '10m' | PastRange;
