const MIB = 1024 ** 2;

/** Stops of a slider; the place before the first means "no limit of its own". */
export type Stops = readonly number[];

/** Powers of two from 16 MiB, and what the host has. */
export function memoryStops(totalBytes: number): Stops {
  const stops: number[] = [];
  for (let bytes = 16 * MIB; bytes < totalBytes; bytes *= 2) stops.push(bytes);
  return [...stops, Math.floor(totalBytes / MIB) * MIB];
}

/** Quarters where the host is small, so that a slider has some 16 to 32 places. */
export function cpuStops(cpus: number): Stops {
  const step = cpus <= 4 ? 0.25 : cpus <= 16 ? 0.5 : Math.ceil(cpus / 32);
  const stops: number[] = [];
  for (let value = step; value < cpus; value += step) stops.push(value);
  return [...stops, cpus];
}

export const PID_STOPS: Stops = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];

/** Place of a value on the slider: that of the greatest stop not above it, counted from 1; 0 is "no limit". */
export function placeOf(value: number | undefined, stops: Stops): number {
  if (value === undefined || !(value > 0)) return 0;
  return Math.max(1, stops.filter((stop) => stop <= value).length);
}
