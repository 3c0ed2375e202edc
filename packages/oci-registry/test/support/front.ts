import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type OnLoopback, onLoopback } from '../../../../tests/support/loopback.js';

/** What a front does to one request instead of passing it on untouched. */
export type Meddling =
  | { readonly answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer } }
  /** The connection is cut after that many bytes of the body. */
  | { readonly cutAfter: number }
  /** That byte of the body arrives with its lowest bit turned. */
  | { readonly flipAt: number }
  | undefined;

export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Front extends OnLoopback {
  readonly seen: Seen[];
  /** Those whose path contains the text. */
  about(text: string): Seen[];
}

/** A server on a free loopback port that meddles with what a client asks of the registry behind it. */
export async function startFront(
  upstream: string,
  meddle: (seen: Seen, before: readonly Seen[]) => Meddling = () => undefined,
): Promise<Front> {
  const seen: Seen[] = [];
  const server = createServer((incoming, outgoing) => {
    const one = { path: incoming.url ?? '', headers: incoming.headers };
    const meddling = meddle(one, seen);
    seen.push(one);
    if (meddling !== undefined && 'answer' in meddling) {
      outgoing.writeHead(meddling.answer.status, meddling.answer.headers).end(meddling.answer.body);
    } else {
      passOn(upstream, incoming, outgoing, meddling);
    }
  });
  return {
    ...(await onLoopback(server)),
    seen,
    about: (text) => seen.filter(({ path }) => path.includes(text)),
  };
}

function passOn(
  upstream: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  meddling: { cutAfter: number } | { flipAt: number } | undefined,
): void {
  const headers = { ...incoming.headers, host: upstream };
  const onward = request(`http://${upstream}${incoming.url ?? ''}`, { method: incoming.method ?? 'GET', headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    let sent = 0;
    answer.on('data', (chunk: Buffer) => {
      const start = sent;
      sent += chunk.length;
      if (meddling !== undefined && 'cutAfter' in meddling && sent > meddling.cutAfter) {
        outgoing.write(chunk.subarray(0, Math.max(0, meddling.cutAfter - start)), () => outgoing.destroy());
        answer.destroy();
        return;
      }
      outgoing.write(meddling !== undefined && 'flipAt' in meddling ? flipped(chunk, meddling.flipAt - start) : chunk);
    });
    answer.on('end', () => outgoing.end());
    answer.on('error', () => outgoing.destroy());
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function flipped(chunk: Buffer, at: number): Buffer {
  const copy = Buffer.from(chunk);
  const byte = copy[at];
  if (byte !== undefined) copy[at] = byte ^ 1;
  return copy;
}
