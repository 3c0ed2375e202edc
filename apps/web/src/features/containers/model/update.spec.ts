import { expect, it } from 'vitest';
import { changeOf } from './update';

const BEFORE = { resources: { memoryBytes: 1024, pidsLimit: 5 }, restartPolicy: { name: 'on-failure', maximumRetryCount: 0 } } as const;

it('asks for nothing where nothing differs', () => {
  expect(changeOf(BEFORE, { pidsLimit: 5, memoryBytes: 1024 }, { name: 'on-failure' })).toEqual({});
});

it('asks for what differs, and null for a limit that goes', () => {
  expect(changeOf(BEFORE, { memoryBytes: 2048 }, { name: 'on-failure', maximumRetryCount: 2 })).toEqual({
    resources: { memoryBytes: 2048, pidsLimit: null },
    restartPolicy: { name: 'on-failure', maximumRetryCount: 2 },
  });
});
