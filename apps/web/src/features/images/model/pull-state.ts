import type { ImageSummary, PullProgress } from '@keelson/contracts';
import { type ApiFailure, asFailure } from '../../../lib/api-error';

type LayerStatus = Extract<PullProgress, { type: 'layer' }>['status'];

export interface LayerState {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly status: LayerStatus;
  readonly currentBytes: number;
  readonly totalBytes: number;
}

export interface PullState {
  readonly phase: 'idle' | 'asking' | 'running' | 'done' | 'failed';
  readonly layers: readonly LayerState[];
  readonly image?: ImageSummary;
  readonly failure?: ApiFailure;
}

export const IDLE: PullState = { phase: 'idle', layers: [] };

export function failed(state: PullState, error: unknown): PullState {
  return { ...state, phase: 'failed', failure: asFailure(error) };
}

/** The state after one line of progress. An `error` line is for the caller, who makes the failure. */
export function advance(state: PullState, line: Exclude<PullProgress, { type: 'error' }>): PullState {
  if (line.type === 'resolved')
    return {
      phase: 'running',
      layers: line.layers.map(({ digest, sizeBytes }) => ({
        digest,
        sizeBytes,
        status: 'waiting',
        currentBytes: 0,
        totalBytes: sizeBytes,
      })),
    };
  if (line.type === 'done')
    return {
      phase: 'done',
      layers: state.layers.map((layer) => (layer.status === 'exists' ? layer : { ...layer, status: 'done' })),
      image: line.image,
    };
  const { digest, status, currentBytes, totalBytes } = line;
  return {
    ...state,
    layers: state.layers.map((layer) => (layer.digest === digest ? { ...layer, status, currentBytes, totalBytes } : layer)),
  };
}

/** Downloading is the first part of a layer's work and unpacking the rest; the split is a guess that only has to grow. */
const DOWNLOAD_SHARE = 0.7;

/** Work done of one layer, 0 to 1. */
export function layerFraction({ status, currentBytes, totalBytes }: LayerState): number {
  const part = totalBytes > 0 ? Math.min(1, currentBytes / totalBytes) : 0;
  if (status === 'downloading') return part * DOWNLOAD_SHARE;
  if (status === 'unpacking') return DOWNLOAD_SHARE + part * (1 - DOWNLOAD_SHARE);
  return status === 'waiting' ? 0 : 1;
}

/** Work done of all layers, weighed by their sizes; undefined while nobody knows the layers. */
export function overallFraction({ phase, layers }: PullState): number | undefined {
  if (phase === 'done') return 1;
  const weights = layers.map(({ sizeBytes }) => Math.max(1, sizeBytes));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return undefined;
  return layers.reduce((sum, layer, at) => sum + layerFraction(layer) * (weights[at] ?? 0), 0) / total;
}
