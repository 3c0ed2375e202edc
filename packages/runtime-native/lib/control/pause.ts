import { type ConnectOptions, ControlConnection } from './connection.js';

/** Resolves once every process of the container has stopped; they see nothing of it. A container that is paused already is fine. */
export async function pause(socketPath: string, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'pause' }, options);
  connection.close();
}

/** Lets all processes go on, also those that were never paused. */
export async function unpause(socketPath: string, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'unpause' }, options);
  connection.close();
}
