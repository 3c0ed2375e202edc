import type { StreamOptions } from './attach.js';
import { type ConnectOptions, ControlConnection } from './connection.js';
import { openStreams, type ProcessStreams } from './streams.js';

export interface ExecStreams extends ProcessStreams {
  /** As the host sees it. */
  readonly pid: number;
}

export interface ExecOptions extends StreamOptions {
  /** Kill the process when this connection ends, however it ends; otherwise it lives on without an audience. */
  readonly endWithClient?: boolean;
}

/**
 * A further process in the container; `process` is the `process` object of the OCI runtime spec. Resolves once its program runs.
 * Rejects with `RUNTIME_FAILED` at stage `exec` where it cannot be run: ENOENT for no such command, else not executable.
 */
export async function exec(socketPath: string, process: object, { stdin, endWithClient, ...options }: ExecOptions): Promise<ExecStreams> {
  const { connection, response } = await ControlConnection.request(
    socketPath,
    { op: 'exec', process, stdin, ...(endWithClient && { endWithClient }) },
    options satisfies ConnectOptions,
  );
  return { ...openStreams(connection), pid: response.integer('pid') };
}
