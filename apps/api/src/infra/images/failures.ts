import {
  ContentInvalidError,
  DeniedError,
  InsecureRefusedError,
  NotFoundError,
  PlatformMissingError,
  RateLimitedError,
  ReferenceInvalidError,
  RegistryError,
  TooLargeError,
  UnauthorizedError,
} from '@keelson/oci-registry';
import { LayerError } from '@keelson/runtime-native/unpack';
import { DomainError, type ErrorCode, type ErrorDetails } from '../../domain/errors.js';
import { isDiskFull } from '../../errno.js';
import { LayerMismatchError } from './layer-store.js';
import { ArchiveTooLargeError } from './plain-tar.js';

type ErrorClass = abstract new (...args: never[]) => RegistryError;

const CODES: readonly (readonly [ErrorClass, ErrorCode])[] = [
  [NotFoundError, 'image_not_found'],
  [ReferenceInvalidError, 'reference_invalid'],
  [UnauthorizedError, 'registry_refused'],
  [DeniedError, 'registry_refused'],
  [InsecureRefusedError, 'registry_refused'],
  [RateLimitedError, 'registry_rate_limited'],
  [ContentInvalidError, 'content_invalid'],
  [TooLargeError, 'content_invalid'],
  [PlatformMissingError, 'not_supported'],
];

/** What went wrong with a pull, for the caller; anything that is no known failure passes unchanged. */
export function pullFailure(error: unknown, reference: string): unknown {
  if (error instanceof RegistryError) return registryFailure(error, reference);
  return contentFailure(error, 'content_invalid', `${reference}: `, { reference });
}

/** What went wrong with an uploaded archive. */
export function importFailure(error: unknown): unknown {
  return contentFailure(error, 'archive_invalid', '', {});
}

function registryFailure(error: RegistryError, reference: string): DomainError {
  const code = CODES.find(([errorClass]) => error instanceof errorClass)?.[1] ?? 'registry_unavailable';
  const message = error.message.includes(reference) ? error.message : `${reference}: ${error.message}`;
  return new DomainError(code, message, { reference, registries: error.endpoints, ...detailsOf(error) }, { cause: error });
}

function detailsOf(error: RegistryError): ErrorDetails {
  if (error instanceof PlatformMissingError) return { available: error.available };
  if (error instanceof RateLimitedError && error.retryAfterSeconds !== undefined) return { retryAfterSeconds: error.retryAfterSeconds };
  return {};
}

function contentFailure(error: unknown, invalid: ErrorCode, prefix: string, details: ErrorDetails): unknown {
  if (hasNoSpace(error)) {
    return new DomainError('storage_full', `${prefix}no space left for images; remove some and try again`, details, { cause: error });
  }
  if (isWrongContent(error)) return new DomainError(invalid, `${prefix}${error.message}`, details, { cause: error });
  return error;
}

function hasNoSpace(error: unknown): boolean {
  if (error instanceof LayerError) return error.code === 'LAYER_DISK_FULL';
  return isDiskFull(error);
}

function isWrongContent(error: unknown): error is Error {
  if (error instanceof LayerError) return error.code === 'LAYER_INVALID' || error.code === 'LAYER_TOO_LARGE';
  return error instanceof LayerMismatchError || error instanceof ArchiveTooLargeError || isDecompressorError(error);
}

/** Node's zlib: Z_DATA_ERROR, Z_BUF_ERROR, ZSTD_error_… */
function isDecompressorError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^Z(STD)?_/.test(error.code);
}
