import { type ConnectOptions, ControlConnection } from './connection.js';
import { openStreams, type ProcessStreams } from './streams.js';

export interface StreamOptions extends ConnectOptions {
  /** Whether input will be written; without it the process sees no input from this client. */
  readonly stdin: boolean;
}

/** The streams of PID 1 from now on. */
export async function attach(socketPath: string, { stdin, ...options }: StreamOptions): Promise<ProcessStreams> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'attach', stdin }, options);
  return openStreams(connection);
}
