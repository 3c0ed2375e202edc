import type { Request, Response } from 'express';
import { DomainError } from '../../../domain/errors.js';

const PATIENCE = {
  /** So long may a sender send nothing while it is waited for. */
  silenceMs: 60_000,
  /** So long the rest of a refused upload is thrown away: many senders read no answer before they have sent everything. */
  discardMs: 30_000,
};

/** The tar in the body of a request as it arrives, never collected. Throws `invalid_input` for a body of another type. */
export function uploadOf(request: Request, response: Response, patience = PATIENCE): AsyncIterable<Buffer> {
  if (!request.is('application/x-tar')) {
    // Anything else may have been read by another parser already.
    throw new DomainError('invalid_input', 'send the archive as the body, with content-type application/x-tar', { field: 'content-type' });
  }
  response.once('finish', () => discardRest(request, patience.discardMs));
  return chunks(request, patience.silenceMs);
}

/** To be returned from without closing the connection: the answer still has to go over it. */
async function* chunks(request: Request, silenceMs: number): AsyncGenerator<Buffer> {
  const iterator = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const { value, done } = await within(silenceMs, iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for: after a silence the iterator still waits for the sender.
    void iterator.return?.();
  }
}

function within<T>(ms: number, arrival: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DomainError('archive_invalid', `the upload stopped: nothing came for ${ms / 1000} s; send it again`));
    }, ms);
    arrival.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function discardRest(request: Request, ms: number): void {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), ms);
  request.once('close', () => clearTimeout(timer));
}
