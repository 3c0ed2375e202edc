import { type SupervisorState, stateOf } from '../records.js';
import { type ConnectOptions, ControlConnection } from './connection.js';

export interface ControlState extends SupervisorState {
  /** It has ended, and its supervisor is about to. */
  readonly exited: boolean;
}

/** What the supervisor says of its container now. */
export async function controlState(socketPath: string, options?: ConnectOptions): Promise<ControlState> {
  const { connection, response } = await ControlConnection.request(socketPath, { op: 'state' }, options);
  connection.close();
  return { ...stateOf(response), exited: response.flag('exited') };
}
