import { z } from 'zod';
import { DomainError } from '../../../domain/errors.js';

const command = z.array(z.string());

/** The default command out of the query, where it is a JSON array. */
export function toCommand(text: string | undefined): string[] {
  if (text === undefined) return [];
  const parsed = command.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new DomainError('invalid_input', 'cmd: give a JSON array of strings, such as ["/bin/sh","-c","date"]', { field: 'cmd' });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
