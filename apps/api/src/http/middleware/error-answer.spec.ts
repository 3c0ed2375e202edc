import { ERROR_CODES } from '@keelson/contracts';
import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { DomainError, type ErrorCode } from '../../domain/errors.js';
import { errorAnswer } from './error-answer.js';

describe('the answer to a failure', () => {
  it.each(Object.entries(ERROR_CODES))('%s has status %i, and keeps its sentence and details', (code, status) => {
    expect(errorAnswer(new DomainError(code as ErrorCode, 'a sentence', { field: 'x' }))).toEqual({
      status,
      body: { code, message: 'a sentence', details: { field: 'x' } },
    });
  });

  it('leaves out details where there are none', () => {
    expect(errorAnswer(new DomainError('forbidden', 'no'))?.body).toEqual({ code: 'forbidden', message: 'no' });
  });

  it('puts what Nest refuses by itself into our codes', () => {
    expect(errorAnswer(new BadRequestException('no JSON'))).toEqual({ status: 400, body: { code: 'invalid_input', message: 'no JSON' } });
  });

  it.each(['ENOSPC', 'EDQUOT'])('says that the disk is full where the kernel says %s', (code) => {
    expect(errorAnswer(Object.assign(new Error('write'), { code }))).toMatchObject({ status: 507, body: { code: 'storage_full' } });
  });

  it.each([new Error('secret path'), new ServiceUnavailableException('x'), 'text', undefined])(
    'is none for a fault of ours: %s',
    (fault) => {
      expect(errorAnswer(fault)).toBeUndefined();
    },
  );
});
