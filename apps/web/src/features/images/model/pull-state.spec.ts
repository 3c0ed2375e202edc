import { expect, it } from 'vitest';
import { advance, failed, IDLE, layerFraction, overallFraction, type PullState } from './pull-state';

const [A, B] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const resolved = advance(IDLE, {
  type: 'resolved',
  reference: 'x:1',
  digest: A,
  layers: [
    { digest: A, sizeBytes: 300 },
    { digest: B, sizeBytes: 100 },
  ],
});
const layer = (
  state: PullState,
  digest: string,
  status: 'downloading' | 'unpacking' | 'done' | 'exists',
  currentBytes: number,
  totalBytes: number,
) => advance(state, { type: 'layer', digest, status, currentBytes, totalBytes });

it('knows no fraction before the registry has answered', () => {
  expect(overallFraction({ phase: 'asking', layers: [] })).toBeUndefined();
});

it('starts all layers as waiting', () => {
  expect(resolved.layers.map(({ status }) => status)).toEqual(['waiting', 'waiting']);
  expect(overallFraction(resolved)).toBe(0);
});

it('moves one layer by its digest', () => {
  const state = layer(resolved, B, 'downloading', 50, 100);
  expect(state.layers.map(({ currentBytes }) => currentBytes)).toEqual([0, 50]);
});

it('never goes back from the end of the download to the start of the unpacking', () => {
  const downloaded = layer(resolved, A, 'downloading', 300, 300).layers[0];
  const unpacking = layer(resolved, A, 'unpacking', 0, 900).layers[0];
  if (!downloaded || !unpacking) throw new Error('no layer');
  expect(layerFraction(unpacking)).toBeGreaterThanOrEqual(layerFraction(downloaded));
});

it('weighs layers by size', () => {
  expect(overallFraction(layer(resolved, A, 'exists', 0, 0))).toBe(0.75);
});

it('is whole when done, even if the last layer lines never came', () => {
  const image = { references: ['x:1'] } as never;
  const state = advance(resolved, { type: 'done', image });
  expect(overallFraction(state)).toBe(1);
  expect(state.layers.every(({ status }) => status === 'done')).toBe(true);
});

it('keeps the layers when it fails', () => {
  const state = failed(resolved, new Error('cut'));
  expect(state).toMatchObject({ phase: 'failed', failure: { message: 'cut' } });
  expect(state.layers).toHaveLength(2);
});
