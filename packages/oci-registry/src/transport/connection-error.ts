import { RegistryError, UnavailableError } from '../errors.js';
import { errorCode } from './retry.js';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; list it as an insecure registry if that is right',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by a known authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by a known authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/**
 * Turns what the network throws into one sentence. Registry errors, the caller's own abort and errors without a code, which
 * are bugs or a caller's, pass through.
 */
export function connectionError(error: unknown, host: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof RegistryError) return error;
  if (error instanceof Error && error.cause instanceof RegistryError) return error.cause;
  if (errorCode(error) === '') return error;
  return new UnavailableError(`${host} cannot be reached: ${describe(error)}`, { cause: error });
}

export function describe(error: unknown): string {
  const code = errorCode(error);
  return WORDS[code] ?? (error instanceof Error && error.message !== '' ? error.message : code || String(error));
}
