import { RegistryError } from './errors.js';
import type { RegistryTransport } from './transport/transport.js';

/**
 * Asks one endpoint after the other, mirrors first, until one delivers. The last one's error stands: the registry itself
 * knows better than a mirror what exists; what the others said is added to the sentence.
 */
export async function askInTurn<T>(
  transports: readonly RegistryTransport[],
  signal: AbortSignal | undefined,
  ask: (transport: RegistryTransport) => Promise<T>,
): Promise<T> {
  const failures: { host: string; error: RegistryError }[] = [];
  for (const transport of transports) {
    try {
      return await ask(transport);
    } catch (error) {
      // An abort, a full disk or a bug of ours is the same at the next endpoint.
      if (signal?.aborted || !(error instanceof RegistryError)) throw error;
      failures.push({ host: transport.endpoint.host, error });
    }
  }
  throw combined(failures);
}

function combined(failures: readonly { host: string; error: RegistryError }[]): Error {
  const last = failures.at(-1);
  if (last === undefined) return new Error('no endpoint to ask');
  const { error } = last;
  const earlier = failures.slice(0, -1).map(({ host, error: { message } }) => `mirror ${host}: ${message}`);
  if (earlier.length > 0) error.message = `${error.message} (${earlier.join('; ')})`;
  error.endpoints = failures.map(({ host }) => host);
  return error;
}
