import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils';

/** Extended result codes, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const FOREIGN_KEY = 787;
const NOT_NULL = 1299;
const PRIMARY_KEY = 1555;
const UNIQUE = 2067;

interface SqliteError extends Error {
  readonly errcode: number;
}

/** An error of node:sqlite in the words of Prisma; anything else stays as it is. */
export function sqliteError(error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  return new DriverAdapterError({ ...mapped(error), originalCode: String(error.errcode), originalMessage: error.message });
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

function mapped({ errcode, message }: SqliteError): MappedError {
  switch (errcode) {
    case PRIMARY_KEY:
    case UNIQUE:
      return { kind: 'UniqueConstraintViolation', constraint: { fields: fieldsOf(message) } };
    case NOT_NULL:
      return { kind: 'NullConstraintViolation', constraint: { fields: fieldsOf(message) } };
    case FOREIGN_KEY:
      return { kind: 'ForeignKeyConstraintViolation', constraint: { foreignKey: {} } };
    case BUSY:
      return { kind: 'SocketTimeout' };
    default:
      return { kind: 'sqlite', extendedCode: errcode, message };
  }
}

/** `UNIQUE constraint failed: Container.tenantId, Container.name` */
function fieldsOf(message: string): string[] {
  const list = message.split(': ')[1] ?? '';
  return list.split(', ').map((column) => column.split('.').pop() ?? column);
}
