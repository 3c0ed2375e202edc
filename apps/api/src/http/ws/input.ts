import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { DomainError } from '../../domain/errors.js';

/** A query held against its schema. Throws `invalid_input` naming the field. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new DomainError(
    'invalid_input',
    field ? `${field}: ${issue?.message}` : `not an expected message: ${issue?.message}`,
    field ? { field } : {},
  );
}

/** A text frame as JSON of a schema. */
export function parseMessage<T>(schema: z.ZodType<T>, data: RawData): T {
  let value: unknown;
  try {
    value = JSON.parse(String(data));
  } catch (cause) {
    throw new DomainError('invalid_input', 'a text message must be JSON', {}, { cause });
  }
  return parseInput(schema, value);
}

/** Fires when the client has gone. */
export function closedSignal(socket: WebSocket): AbortSignal {
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  if (socket.readyState === socket.CLOSED) closed.abort();
  return closed.signal;
}
