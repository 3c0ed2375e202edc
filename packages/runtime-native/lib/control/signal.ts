import { type ConnectOptions, ControlConnection } from './connection.js';

/** To PID 1 of the container, by pidfd: it never reaches another process. */
export async function signal(socketPath: string, number: number, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'signal', signal: number }, options);
  connection.close();
}
