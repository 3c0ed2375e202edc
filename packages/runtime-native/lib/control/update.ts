import { type ConnectOptions, ControlConnection } from './connection.js';

/** Both in the words of the OCI spec: `{ resources, rlimits, oomScoreAdj, shmSizeBytes }`; a field that is absent stays as it is. */
export interface LiveUpdate {
  readonly change: object;
  /** The opposite direction: applied where the kernel refuses a part of the change. */
  readonly undo: object;
}

/** Changes limits of a running container. Rejects with the stage and errno of what was refused; nothing is changed then. */
export async function update(socketPath: string, { change, undo }: LiveUpdate, options?: ConnectOptions): Promise<void> {
  const { connection } = await ControlConnection.request(socketPath, { op: 'update', change, undo }, options);
  connection.close();
}
