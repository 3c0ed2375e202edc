import type { SQLInputValue } from 'node:sqlite';
import type { ArgType } from '@prisma/driver-adapter-utils';

/** A query's argument in SQLite's own types: instants are ISO text, truth is 0 or 1. */
export function sqliteArgument(value: unknown, type: ArgType | undefined): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? fromText(value, type?.scalarType) : (value as number | bigint);
}

function fromText(text: string, scalar: ArgType['scalarType'] | undefined): SQLInputValue {
  switch (scalar) {
    case 'int':
    case 'float':
      return Number(text);
    case 'bigint':
      return BigInt(text);
    case 'datetime':
      return new Date(text).toISOString();
    case 'bytes':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}
