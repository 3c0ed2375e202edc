import { DomainError } from '../errors.js';
import type { Container, ContainerState } from './container.js';

export type ContainerVerb =
  | 'start'
  | 'stop'
  | 'kill'
  | 'restart'
  | 'remove'
  | 'force-remove'
  | 'exec'
  | 'attach'
  | 'pause'
  | 'unpause'
  | 'rename'
  | 'update';

/** `go`: act. `nothing`: it is so already. A sentence's end: why not, and what to do. */
type Verdict = 'go' | 'nothing' | { readonly conflict: string };

const no = (conflict: string): Verdict => ({ conflict });
const NOT_RUNNING = no('is not running; start it first');
const STARTING = no('is just starting; try again in a moment');
const WAITING = no('is waiting to be restarted by its restart policy; stop it to end that, or wait until it runs');
const REMOVING = no('is being removed');
const PAUSED = no('is paused; unpause it first');
const NOT_PAUSED = no('is not paused');
const STOPPING = no('is stopping');
const REMOVE_FIRST = (is: string) => no(`${is}; stop it first, or remove it with force`);

/** Which verb is allowed in which state. A verb sees `starting` and `removing` only where such a change was cut short. */
export const TRANSITIONS: Readonly<Record<ContainerVerb, Readonly<Record<ContainerState, Verdict>>>> = {
  start: {
    created: 'go',
    starting: STARTING,
    running: 'nothing',
    paused: no('is paused; unpause it instead'),
    stopping: no('is stopping; wait until it has stopped, then start it'),
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
  stop: {
    created: 'nothing',
    starting: STARTING,
    running: 'go',
    paused: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'nothing',
    removing: REMOVING,
  },
  kill: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    paused: 'go',
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  restart: {
    created: 'go',
    starting: STARTING,
    running: 'go',
    paused: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
  remove: {
    created: 'go',
    starting: STARTING,
    running: REMOVE_FIRST('is running'),
    paused: REMOVE_FIRST('is paused'),
    stopping: REMOVE_FIRST('is still stopping'),
    restarting: REMOVE_FIRST('is waiting to be restarted by its restart policy'),
    exited: 'go',
    removing: 'go',
  },
  'force-remove': {
    created: 'go',
    starting: STARTING,
    running: 'go',
    paused: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'go',
    removing: 'go',
  },
  exec: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    paused: PAUSED,
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  attach: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    paused: PAUSED,
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  pause: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    paused: no('is paused already'),
    stopping: STOPPING,
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  unpause: {
    created: NOT_PAUSED,
    starting: NOT_PAUSED,
    running: NOT_PAUSED,
    paused: 'go',
    stopping: NOT_PAUSED,
    restarting: NOT_PAUSED,
    exited: NOT_PAUSED,
    removing: REMOVING,
  },
  rename: {
    created: 'go',
    starting: 'go',
    running: 'go',
    paused: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
  update: {
    created: 'go',
    starting: STARTING,
    running: 'go',
    paused: 'go',
    stopping: no('is stopping; wait until it has stopped'),
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
};

/** Whether there is something to do; throws `container_state_conflict` where the state does not allow it. */
export function mayProceed(container: Container, verb: ContainerVerb): boolean {
  const verdict = TRANSITIONS[verb][container.state];
  if (typeof verdict === 'string') return verdict === 'go';
  throw new DomainError('container_state_conflict', `container ${container.name} ${verdict.conflict}`, { state: container.state });
}

/** Whether its PID 1 exists. */
export function isAlive(container: Container): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'stopping';
}
