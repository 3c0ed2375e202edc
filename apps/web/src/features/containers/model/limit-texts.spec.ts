import { expect, it } from 'vitest';
import { createFormatter } from '../../../lib/format';
import { limitTexts } from './limit-texts';

const WORDS = { format: createFormatter('en'), unlimited: 'unlimited', perSecond: (amount: string) => `${amount}/s` };
const texts = (resources: Parameters<typeof limitTexts>[0]) =>
  Object.fromEntries(limitTexts(resources, WORDS).map(({ name, value }) => [name, value]));

it('tells the common limits also where none were given', () => {
  expect(texts({})).toEqual({ memoryBytes: 'unlimited', memorySwapBytes: 'unlimited', cpus: 'unlimited', pidsLimit: '1,024' });
});

it('counts swap as twice the memory where it was left out', () => {
  expect(texts({ memoryBytes: 64 * 1024 ** 2 })).toMatchObject({ memoryBytes: '64 MiB', memorySwapBytes: '128 MiB' });
  expect(texts({ memoryBytes: 64 * 1024 ** 2, memorySwapBytes: -1 })).toMatchObject({ memorySwapBytes: 'unlimited' });
});

it('tells every other limit in its unit', () => {
  expect(
    texts({
      cpuQuotaMicros: 50_000,
      ioReadBps: [{ path: '/dev/sda', rate: 1024 ** 2 }],
      ulimits: [
        { name: 'nofile', soft: 1024 },
        { name: 'core', soft: 0, hard: -1 },
      ],
    }),
  ).toMatchObject({ cpuQuotaMicros: '50,000 µs', ioReadBps: '/dev/sda: 1 MiB/s', ulimits: 'nofile: 1,024 / 1,024, core: 0 / unlimited' });
});
