import type { ErrorCode as ContractCode } from '@keelson/contracts';
import { describe, expectTypeOf, it } from 'vitest';
import type { ErrorCode } from '../../domain/errors.js';

describe('the codes of errors', () => {
  // Judged by the compiler in `npm run check`; packages/contracts/src/errors.spec.ts holds the document to the contracts.
  it('are the same in the domain and in the contracts', () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<ContractCode>();
  });
});
