import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type ErrorAnswer, errorAnswer, internalAnswer } from './error-answer.js';

const log = new Logger('http');

/** The answer to any failure. A fault of ours is logged under an id that the caller is told; its cause may name paths and values of others. */
export function answerTo(error: unknown, asked: string): ErrorAnswer {
  const known = errorAnswer(error);
  if (known) return known;
  const id = randomUUID();
  log.error(`${id} ${asked}: ${error instanceof Error ? error.stack : String(error)}`);
  return internalAnswer(id);
}
