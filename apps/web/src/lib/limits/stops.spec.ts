import { expect, it } from 'vitest';
import { cpuStops, memoryStops, placeOf } from './stops';

const MIB = 1024 ** 2;

it('memory doubles up to all the host has', () => {
  expect(memoryStops(100 * MIB).map((bytes) => bytes / MIB)).toEqual([16, 32, 64, 100]);
});

it('CPUs go in quarters on a small host and never beyond it', () => {
  expect(cpuStops(1)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(cpuStops(6).at(-1)).toBe(6);
  expect(cpuStops(128).length).toBeLessThanOrEqual(33);
});

it('finds the place of a typed value', () => {
  const stops = [16, 32, 64];
  expect([undefined, Number.NaN, -1, 5, 16, 40, 1000].map((value) => placeOf(value, stops))).toEqual([0, 0, 0, 1, 1, 2, 3]);
});
