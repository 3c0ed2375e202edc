import type { z } from 'zod';
import { apiUrl, checked, type Query } from './api-client';
import { ApiFailure, failureOf } from './api-error';

export interface Upload<T> {
  readonly schema: z.ZodType<T>;
  readonly path: string;
  readonly query: Query;
  readonly file: Blob;
  readonly type: string;
  /** Bytes sent so far. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a file and tells how far it is, which fetch cannot. @throws ApiFailure, or the signal's reason */
export async function upload<T>({ schema, path, query, file, type, onProgress, signal }: Upload<T>): Promise<T> {
  const response = await send(apiUrl(path, query), file, { type, onProgress, signal });
  if (!response.ok) throw await failureOf(response);
  return checked(schema, response, `POST ${path}`);
}

type Sending = Pick<Upload<unknown>, 'type' | 'onProgress' | 'signal'>;

function send(url: string, file: Blob, { type, onProgress, signal }: Sending): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('content-type', type);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = () => reject(new ApiFailure('unreachable', ''));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
