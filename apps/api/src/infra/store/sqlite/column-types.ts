import { type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const BY_DECLARATION: Readonly<Record<string, ColumnType>> = {
  INTEGER: ColumnTypeEnum.Int32,
  INT: ColumnTypeEnum.Int32,
  BIGINT: ColumnTypeEnum.Int64,
  REAL: ColumnTypeEnum.Double,
  DOUBLE: ColumnTypeEnum.Double,
  DECIMAL: ColumnTypeEnum.Numeric,
  BOOLEAN: ColumnTypeEnum.Boolean,
  DATETIME: ColumnTypeEnum.DateTime,
  TEXT: ColumnTypeEnum.Text,
  BLOB: ColumnTypeEnum.Bytes,
  JSONB: ColumnTypeEnum.Json,
};

/**
 * SQLite types values, not columns: the declared type says what Prisma put there. A computed column (a count) has no
 * declaration and is typed by its first value.
 */
export function columnType(declared: string | null, rows: readonly (readonly unknown[])[], index: number): ColumnType {
  const known = declared === null ? undefined : BY_DECLARATION[declared.toUpperCase()];
  if (known !== undefined) return known;
  const value = rows.find((row) => row[index] !== null)?.[index];
  if (typeof value === 'string') return ColumnTypeEnum.Text;
  if (value instanceof Uint8Array) return ColumnTypeEnum.Bytes;
  return typeof value === 'number' ? ColumnTypeEnum.UnknownNumber : ColumnTypeEnum.Int32;
}

/** Prisma wants 64-bit integers as text and bytes as an array; everything else goes as it is. */
export function resultValue(value: unknown, type: ColumnType): unknown {
  if (value === null) return null;
  if (type === ColumnTypeEnum.Int64) return String(value);
  if (type === ColumnTypeEnum.Boolean) return value === 1;
  // Prisma's own tools write instants as milliseconds.
  if (type === ColumnTypeEnum.DateTime && typeof value === 'number') return new Date(value).toISOString();
  return value;
}
