import { DomainError } from '../errors.js';
import type { LogCaps } from './container.js';

/** 80 MiB a container at most. */
export const DEFAULT_LOG_CAPS: LogCaps = { maxBytes: 16 * 1024 ** 2, maxFiles: 5 };

/** A part must hold a whole write of 64 KiB. */
const MIN_BYTES = 128 * 1024;
const MAX_BYTES = 1024 ** 4;
const MAX_FILES = 1000;

/** Throws `limit_invalid`; called before anything is made. */
export function checkLogCaps({ maxBytes, maxFiles }: LogCaps): void {
  if (!Number.isInteger(maxBytes) || maxBytes < MIN_BYTES || maxBytes > MAX_BYTES) {
    throw invalid('maxBytes', `log.maxBytes ${maxBytes} is not between 131072 (128 KiB) and ${MAX_BYTES} (1 TiB)`);
  }
  if (!Number.isInteger(maxFiles) || maxFiles < 1 || maxFiles > MAX_FILES) {
    throw invalid('maxFiles', `log.maxFiles ${maxFiles} is not between 1 and ${MAX_FILES}; one part is always kept`);
  }
}

function invalid(field: keyof LogCaps, message: string): DomainError {
  return new DomainError('limit_invalid', message, { field: `log.${field}` });
}
