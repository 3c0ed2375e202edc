import type { MetricsSample } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { seriesOf, withSample } from './series';

const START = Date.parse('2026-11-21T08:00:00.000Z');
const sample = (second: number, changes: Partial<MetricsSample> = {}): MetricsSample => ({
  time: new Date(START + second * 1000).toISOString(),
  cpuUsageNs: 0,
  cpuCores: 0.5,
  cpuThrottledNs: 0,
  memoryBytes: 0,
  memoryWorkingSetBytes: 100,
  memoryLimitBytes: null,
  memoryPeakBytes: 0,
  pids: 1,
  pidsLimit: null,
  blockReadBytes: 0,
  blockWriteBytes: 0,
  networkRxBytes: 0,
  networkTxBytes: 0,
  oomKills: 0,
  memoryCacheBytes: 0,
  memorySwapBytes: null,
  cpuPeriods: 0,
  cpuThrottledPeriods: 0,
  cpuPressureNs: null,
  memoryPressureNs: null,
  memoryFullPressureNs: null,
  ioPressureNs: null,
  ioFullPressureNs: null,
  ...changes,
});

it('shows counters as their growth in a second', () => {
  const { received } = seriesOf([sample(0), sample(1, { networkRxBytes: 500 }), sample(3, { networkRxBytes: 700 })]);
  expect(received).toEqual([null, 500, 100]);
});

it('shows no growth where a counter began anew', () => {
  expect(seriesOf([sample(0, { blockReadBytes: 900 }), sample(1, { blockReadBytes: 3 })]).read).toEqual([null, null]);
});

it('leaves a hole where nothing was measured', () => {
  const { times, memory } = seriesOf([sample(0), sample(60)]);
  expect(memory).toEqual([100, null, 100]);
  expect(times).toEqual([0, 1, 60].map((second) => START / 1000 + second));
});

it('takes each sample once, in order', () => {
  const samples = withSample([sample(0), sample(1)], sample(1));
  expect(samples).toHaveLength(2);
  expect(withSample(samples, sample(2))).toHaveLength(3);
});

it('keeps no more than ten minutes', () => {
  let samples: readonly MetricsSample[] = [];
  for (let second = 0; second < 700; second++) samples = withSample(samples, sample(second));
  expect(samples).toHaveLength(600);
  expect(samples[0]?.time).toBe(sample(100).time);
});

it('a coarse step is no hole, and its CPU is that of all its seconds', () => {
  const { cpuCores, times } = seriesOf([sample(0), sample(60, { cpuUsageNs: 30e9 }), sample(120, { cpuUsageNs: 90e9 })], 60);
  expect(times).toHaveLength(3);
  expect(cpuCores).toEqual([null, 0.5, 1]);
});

it('tells pressure as a share of time, where the kernel knows it', () => {
  const { ioPressure, memoryPressure } = seriesOf([sample(0, { ioPressureNs: 0 }), sample(2, { ioPressureNs: 5e8 })]);
  expect(ioPressure).toEqual([null, 0.25]);
  expect(memoryPressure).toEqual([null, null]);
});
