import type { ContainerState } from '@keelson/contracts';
import type { Verb } from '../api/containers';

const STOPPED: readonly Verb[] = ['start', 'remove'];

/** What makes sense to offer in a state. The server decides: between two looks the state may have changed. */
const OFFERED: Record<ContainerState, readonly Verb[]> = {
  created: STOPPED,
  exited: STOPPED,
  starting: ['kill', 'remove'],
  running: ['stop', 'restart', 'pause', 'kill', 'remove'],
  paused: ['unpause', 'stop', 'restart', 'kill', 'remove'],
  stopping: ['kill', 'remove'],
  restarting: ['start', 'stop', 'remove'],
  removing: [],
};

export function offeredVerbs(state: ContainerState): readonly Verb[] {
  return OFFERED[state];
}

/** Whether its processes may be there, so that removing it means killing them. */
export function isAlive(state: ContainerState): boolean {
  return state === 'running' || state === 'paused' || state === 'starting' || state === 'stopping';
}
