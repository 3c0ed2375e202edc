import { type ExitRecord, parseExitRecord, stateOf } from '../records.js';
import { type ConnectOptions, ControlConnection } from './connection.js';
import { FrameType } from './frames.js';
import { type ControlState, conditionOf } from './state.js';

export interface Watch {
  readonly state: ControlState;
  /** After the end was recorded durably. Null when the connection was lost or closed first: the exit file knows more. */
  readonly exit: Promise<ExitRecord | null>;
  close(): void;
}

/** Resolves once the supervisor has answered; the end of a container that has ended already is told at once. */
export async function watch(socketPath: string, options?: ConnectOptions): Promise<Watch> {
  const { connection, response } = await ControlConnection.request(socketPath, { op: 'watch' }, options);
  const state = { ...stateOf(response), ...conditionOf(response) };
  return { state, exit: untilExit(connection), close: () => connection.close() };
}

async function untilExit(connection: ControlConnection): Promise<ExitRecord | null> {
  try {
    for (let frame = await connection.next(); frame; frame = await connection.next())
      if (frame.type === FrameType.exit) return parseExitRecord(frame.payload.toString('utf8'), 'the exit that the supervisor told');
    return null;
  } catch {
    return null;
  } finally {
    connection.close();
  }
}
