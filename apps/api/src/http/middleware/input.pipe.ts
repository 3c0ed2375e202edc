import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Holds bodies, queries and parameters against the schema their decorator names. A missing body counts as an empty object. */
export class InputPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: inputError });
  }

  override transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const given = value === undefined && metadata.type === 'body' ? ({} as T) : value;
    return super.transform(given, metadata);
  }
}

/** The first complaint, naming its field; a list of them would be as long as a hostile body. */
function inputError(issues: readonly Issue[]): DomainError {
  const [issue] = issues;
  const field = issue?.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') ?? '';
  const message = issue?.message ?? 'the input has not the expected form';
  return new DomainError('invalid_input', field ? `${field}: ${message}` : message, field ? { field } : {});
}
