import { setImmediate } from 'node:timers/promises';
import { RE2JS, RE2JSException } from 're2js';
import { DomainError } from '../errors.js';
import type { LogEntry } from './logs.ports.js';

/** Whether a line's bytes are wanted. */
export type LineSearch = (text: Uint8Array) => boolean;

export interface SearchText {
  readonly text: string;
  /** In RE2's syntax. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/** States of an expression. One line of 64 KiB takes 40 ms at worst with as many (measured), and time grows with both. */
const MOST_STATES = 250;
/** Others have their turn after this long. */
const TURN_MS = 10;

/** Throws `invalid_input` for what is no regular expression, or too large a one. */
export function lineSearch({ text, regex, ignoreCase }: SearchText): LineSearch {
  if (regex || ignoreCase) {
    const expression = compile(regex ? text : RE2JS.quote(text), ignoreCase);
    return (line) => expression.test(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString());
  }
  const needle = Buffer.from(text);
  return (line) => Buffer.from(line.buffer, line.byteOffset, line.byteLength).includes(needle);
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  const expression = compiled(pattern, ignoreCase);
  if (expression.programSize() > MOST_STATES)
    throw invalid('search is too large a regular expression; use smaller repetitions or a shorter one');
  return expression;
}

function compiled(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw invalid(`search is no regular expression (RE2 syntax): ${error.message}`);
  }
}

const invalid = (message: string) => new DomainError('invalid_input', message, { field: 'search' });

/** Lines that are found, and every gap. The search gives way to others now and then, however much there is to look at. */
export async function* matching(batches: AsyncIterable<readonly LogEntry[]>, search: LineSearch): AsyncGenerator<readonly LogEntry[]> {
  let turn = performance.now();
  for await (const entries of batches) {
    const found: LogEntry[] = [];
    for (const entry of entries) {
      if (entry.type === 'gap' || search(entry.text)) found.push(entry);
      if (performance.now() - turn < TURN_MS) continue;
      await setImmediate();
      turn = performance.now();
    }
    if (found.length > 0) yield found;
  }
}
