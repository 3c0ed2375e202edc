/**
 * Every failure of this package is a RegistryError: a class to catch, a stable code to branch on and one sentence for a
 * person. The sentence names what was asked for and who was asked; it never holds a password, token or query string.
 */
export const REGISTRY_ERROR_CODES = [
  'registry_reference_invalid',
  'registry_not_found',
  'registry_unauthorized',
  'registry_denied',
  'registry_rate_limited',
  'registry_unavailable',
  'registry_content_invalid',
  'registry_too_large',
  'registry_insecure_refused',
  'registry_platform_missing',
] as const;

export type RegistryErrorCode = (typeof REGISTRY_ERROR_CODES)[number];

export abstract class RegistryError extends Error {
  abstract readonly code: RegistryErrorCode;
  /** Hosts that were asked before this error was final, in that order; filled in where several endpoints take turns. */
  endpoints: readonly string[] = [];

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The text is no image reference, or no address of a mirror. */
export class ReferenceInvalidError extends RegistryError {
  readonly code = 'registry_reference_invalid';
}

/** No such repository, tag or blob, or one that is hidden from the asker: registries do not tell these apart. */
export class NotFoundError extends RegistryError {
  readonly code = 'registry_not_found';
}

/** User name and password are needed, or were refused. */
export class UnauthorizedError extends RegistryError {
  readonly code = 'registry_unauthorized';
}

/** The registry knows who asks and says no. */
export class DeniedError extends RegistryError {
  readonly code = 'registry_denied';
}

export class RateLimitedError extends RegistryError {
  readonly code = 'registry_rate_limited';

  /** @param retryAfterSeconds what the registry asked to wait; undefined when it did not say. */
  constructor(
    message: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message);
  }
}

/** No connection, a broken one, or a server error, after the retries were used up. */
export class UnavailableError extends RegistryError {
  readonly code = 'registry_unavailable';
}

/** What came is not what was asked for: digest, size, media type or shape. */
export class ContentInvalidError extends RegistryError {
  readonly code = 'registry_content_invalid';
}

/** A document or blob is larger than its limit. */
export class TooLargeError extends RegistryError {
  readonly code = 'registry_too_large';
}

/** Going on would need plain HTTP, a foreign realm or an address that is not allowed. */
export class InsecureRefusedError extends RegistryError {
  readonly code = 'registry_insecure_refused';
}

export class PlatformMissingError extends RegistryError {
  readonly code = 'registry_platform_missing';

  /** @param available platforms the image has, as `linux/arm64/v8`. */
  constructor(
    message: string,
    readonly available: readonly string[],
  ) {
    super(message);
  }
}
