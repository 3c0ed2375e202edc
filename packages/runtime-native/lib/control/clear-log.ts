import { type ConnectOptions, ControlConnection } from './connection.js';

/** Removes what the container has written so far. Rejects with CONTROL_LOST where no supervisor runs. */
export async function clearLog(socketPath: string, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'clear-log' }, options);
  connection.close();
}
