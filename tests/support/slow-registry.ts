import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type OnLoopback, onLoopback } from './loopback.js';

const CHUNK_BYTES = 64 * 1024;

export interface SlowRegistry extends OnLoopback {
  /** Bytes of blobs that were sent so far. */
  readonly sentBytes: number;
  /** Requests that asked for the rest of a blob only. */
  readonly resumed: number;
  /** Resolves when so many more bytes of blobs were sent. */
  sent(bytes: number): Promise<void>;
}

/** Stands before a registry and hands its blobs on at some 10 MB/s, so that there is time to interrupt a pull. */
export async function slowRegistry(upstream: string): Promise<SlowRegistry> {
  let sentBytes = 0;
  let resumed = 0;
  const waiting = new Set<{ at: number; wake: () => void }>();

  function count(bytes: number): void {
    sentBytes += bytes;
    for (const waiter of waiting) {
      if (waiter.at > sentBytes) continue;
      waiting.delete(waiter);
      waiter.wake();
    }
  }

  async function pass(path: string, headers: Record<string, string>, response: ServerResponse): Promise<void> {
    const answer = await fetch(`http://${upstream}${path}`, { headers });
    const body = Buffer.from(await answer.arrayBuffer());
    for (const name of ['content-type', 'content-range', 'docker-content-digest']) {
      const value = answer.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.writeHead(answer.status, { 'content-length': body.length });
    for (let at = 0; at < body.length && !response.destroyed; at += CHUNK_BYTES) {
      const chunk = body.subarray(at, at + CHUNK_BYTES);
      response.write(chunk);
      if (path.includes('/blobs/')) count(chunk.length);
      await delay(6);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    const { accept = '*/*', range } = request.headers;
    if (range !== undefined) resumed += 1;
    pass(request.url ?? '', { accept, ...(range !== undefined && { range }) }, response).catch(() => response.destroy());
  });
  return {
    ...(await onLoopback(server)),
    get sentBytes() {
      return sentBytes;
    },
    get resumed() {
      return resumed;
    },
    sent: (bytes) => new Promise((wake) => waiting.add({ at: sentBytes + bytes, wake })),
  };
}
