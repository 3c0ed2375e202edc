import { createServer, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type OnLoopback, onLoopback } from '../../../../tests/support/loopback.js';

export interface StallingFront extends OnLoopback {
  /** Paths asked for, with the Range header where there was one. */
  readonly asked: string[];
  /** Resolves when a blob has been stalled. */
  readonly stalled: Promise<unknown>;
  /** Resolves when a stalled blob's connection was closed from the other side. */
  readonly left: Promise<unknown>;
  /** From now on everything is passed on whole. */
  release(): void;
}

/** Stands before a registry: of each blob larger than `bytes` it gives so many and then nothing, until released. */
export async function stallingFront(upstream: string, bytes: number): Promise<StallingFront> {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const first = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  let open = false;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const range = request.headers.range;
    asked.push(range === undefined ? path : `${path} ${range}`);
    const headers = { accept: request.headers.accept ?? '*/*', ...(range !== undefined && { range }) };
    const answer = await fetch(`http://${upstream}${path}`, { headers });
    const body = Buffer.from(await answer.arrayBuffer());
    const kept = ['content-type', 'content-range', 'docker-content-digest', 'docker-distribution-api-version'];
    for (const name of kept) if (answer.headers.has(name)) response.setHeader(name, answer.headers.get(name) ?? '');
    response.writeHead(answer.status, { 'content-length': body.length });
    if (open || !path.includes('/blobs/') || body.length <= bytes) response.end(body);
    else stall(response, body);
  });

  function stall(response: ServerResponse, body: Buffer): void {
    response.write(body.subarray(0, bytes), () => first.resolve());
    response.once('close', () => left.resolve());
    held.push(() => Readable.from([body.subarray(bytes)]).pipe(response));
  }

  return {
    ...(await onLoopback(server)),
    asked,
    stalled: first.promise,
    left: left.promise,
    release() {
      open = true;
      for (const go of held.splice(0)) go();
    },
  };
}
