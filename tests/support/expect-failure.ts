import type { ErrorCode } from '@keelson/contracts';
import { expect } from 'vitest';
import { ApiFailure } from './client.js';

/** The request must be refused with this code, and so with the status of that code; returns the refusal for more questions. */
export async function expectFailure(request: Promise<unknown>, code: ErrorCode): Promise<ApiFailure> {
  const outcome = await request.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected ${code}, got ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof ApiFailure)) throw outcome.error;
  expect(`${outcome.error.code}: ${outcome.error.body.message}`).toContain(`${code}: `);
  return outcome.error;
}
