import { expect, it } from 'vitest';
import { rawSample } from '../../testing/raw-sample.js';
import { SampleHistory } from './sample-history.js';

const raw = (cpuUsageNs: number) => rawSample({ cpuUsageNs, memorySwapBytes: null });

it('gives back what it was given, with the CPUs in use since the sample before', () => {
  const history = new SampleHistory();
  const first = history.add(raw(1e9), new Date(0));
  const second = history.add(raw(2.5e9), new Date(1000));
  expect(first.cpuCores).toBeNull();
  expect(second.cpuCores).toBe(1.5);
  expect(history.all()).toEqual([first, second]);
  expect(history.newest()).toEqual({ ...raw(2.5e9), time: new Date(1000), cpuCores: 1.5 });
});

it('says nothing of the CPUs in use when the clock was set back', () => {
  const history = new SampleHistory();
  history.add(raw(1e9), new Date(60_000));
  expect(history.add(raw(2e9), new Date(1000)).cpuCores).toBeNull();
  expect(history.add(raw(3e9), new Date(2000)).cpuCores).toBe(1);
});

it('keeps the newest ten minutes', () => {
  const history = new SampleHistory();
  for (let second = 0; second < 700; second++) history.add(raw(second), new Date(second * 1000));
  const kept = history.all();
  expect(kept).toHaveLength(600);
  expect(kept[0]?.cpuUsageNs).toBe(100);
  expect(kept.at(-1)?.cpuUsageNs).toBe(699);
});
