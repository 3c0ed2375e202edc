import { apiError, type ErrorCode } from '@keelson/contracts';

/** `unreachable`: no answer at all; `unexpected`: an answer that is not of the contract. */
export type FailureCode = ErrorCode | 'unreachable' | 'unexpected';

/** A call that did not do what was asked, with the sentence the server gave; it is empty where no server spoke. */
export class ApiFailure extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ApiFailure';
  }
}

/** The failure told by a refused response. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  const known = apiError.safeParse(body);
  if (known.success) return new ApiFailure(known.data.code, known.data.message, known.data.details);
  return new ApiFailure('unexpected', `HTTP ${response.status}`);
}

export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure('unexpected', error instanceof Error ? error.message : String(error));
}
