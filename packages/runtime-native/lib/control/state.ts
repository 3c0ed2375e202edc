import type { Fields } from '../fields.js';
import { type SupervisorState, stateOf } from '../records.js';
import { type ConnectOptions, ControlConnection } from './connection.js';

export interface ControlState extends SupervisorState {
  /** It has ended, and its supervisor is about to. */
  readonly exited: boolean;
  /** Its processes are stopped, or about to be. */
  readonly paused: boolean;
}

/** What the supervisor says of its container now. */
export async function controlState(socketPath: string, options?: ConnectOptions): Promise<ControlState> {
  const { connection, response } = await ControlConnection.request(socketPath, { op: 'state' }, options);
  connection.close();
  return { ...stateOf(response), ...conditionOf(response) };
}

/** A supervisor that a Keelson without pauses has started tells of none. */
export function conditionOf(response: Fields): Pick<ControlState, 'exited' | 'paused'> {
  return { exited: response.flag('exited'), paused: response.values['paused'] === true };
}
