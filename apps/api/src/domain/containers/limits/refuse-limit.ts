import { DomainError } from '../../errors.js';
import type { Resources } from '../resources.js';

/** The error of a limit that cannot be given; `message` names value, reason and remedy. */
export function limitInvalid(field: keyof Resources, message: string): DomainError {
  return new DomainError('limit_invalid', message, { field: `resources.${field}` });
}

export function size(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= factor) return `${Math.round((bytes / factor) * 10) / 10} ${unit}`;
  }
  return `${bytes} bytes`;
}
