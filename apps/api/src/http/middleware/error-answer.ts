import { type ApiErrorBody, ERROR_CODES, type ErrorCode } from '@keelson/contracts';
import { HttpException } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { isDiskFull } from '../../errno.js';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ApiErrorBody;
}

/** What Nest and its body parsers refuse by themselves, in our codes. */
const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  405: 'route_not_found',
  413: 'payload_too_large',
  415: 'invalid_input',
  429: 'too_many_requests',
};

/** The one table from failures to answers of REST and WebSockets. `undefined`: a fault of ours, for the caller to log. */
export function errorAnswer(error: unknown): ErrorAnswer | undefined {
  if (error instanceof DomainError) return answer(error.code, error.message, error.details);
  if (error instanceof HttpException) {
    const code = CODE_BY_STATUS[error.getStatus()];
    return code && answer(code, error.message);
  }
  return storageAnswer(error);
}

function answer(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}): ErrorAnswer {
  return { status: ERROR_CODES[code], body: { code, message, ...(Object.keys(details).length > 0 && { details }) } };
}

export function internalAnswer(id: string): ErrorAnswer {
  return answer('internal', 'Keelson failed at this; its log tells why, under the id in the details', { id });
}

function storageAnswer(error: unknown): ErrorAnswer | undefined {
  return isDiskFull(error) ? answer('storage_full', 'no space left under the state root; free some and try again') : undefined;
}
