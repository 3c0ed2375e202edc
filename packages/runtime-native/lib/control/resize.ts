import { type ConnectOptions, ControlConnection } from './connection.js';

/** Of the container's own terminal. */
export async function resize(socketPath: string, rows: number, cols: number, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'resize', rows, cols }, options);
  connection.close();
}
