import { once } from 'node:events';
import type { Response } from 'express';
import { answerTo } from '../middleware/fault.js';

/** Fires when the client has gone; ask for it before the first `await`. */
export function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/**
 * Answers with one JSON document a line. The status is sent at once, so everything that can be refused is checked before; a later failure becomes the
 * last line. The next item is asked for when the connection has room; an array is as many lines, and a text is lines as they are.
 */
export async function writeNdjson(
  response: Response,
  items: AsyncIterable<object | readonly object[] | string>,
  asError: (body: object) => object = (body) => body,
): Promise<void> {
  response.status(200).setHeader('content-type', 'application/x-ndjson');
  // A proxy that collects would hold lines back from somebody who waits for them.
  response.setHeader('x-accel-buffering', 'no');
  response.flushHeaders();
  try {
    for await (const item of items) {
      if (response.destroyed) break;
      await writeText(response, typeof item === 'string' ? item : linesOf(Array.isArray(item) ? item : [item]));
    }
  } catch (error) {
    await writeText(response, linesOf([asError(answerTo(error, `${response.req.method} ${response.req.path}`).body)]));
  } finally {
    response.end();
  }
}

const linesOf = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function writeText(response: Response, text: string): Promise<void> {
  if (response.destroyed || text === '' || response.write(text)) return;
  await Promise.race([once(response, 'drain'), once(response, 'close')]).catch(() => undefined);
}
