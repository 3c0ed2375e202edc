import { DomainError } from '../errors.js';
import type { Container, ContainerState } from './container.js';

export type ContainerVerb = 'start' | 'stop' | 'kill' | 'restart' | 'remove' | 'force-remove' | 'exec' | 'attach';

/** `go`: act. `nothing`: it is so already. A sentence's end: why not, and what to do. */
type Verdict = 'go' | 'nothing' | { readonly conflict: string };

const no = (conflict: string): Verdict => ({ conflict });
const NOT_RUNNING = no('is not running; start it first');
const STARTING = no('is just starting; try again in a moment');
const WAITING = no('is waiting to be restarted by its restart policy; stop it to end that, or wait until it runs');
const REMOVING = no('is being removed');
const REMOVE_FIRST = (is: string) => no(`${is}; stop it first, or remove it with force`);

/** Which verb is allowed in which state. A verb sees `starting` and `removing` only where such a change was cut short. */
export const TRANSITIONS: Readonly<Record<ContainerVerb, Readonly<Record<ContainerState, Verdict>>>> = {
  start: {
    created: 'go',
    starting: STARTING,
    running: 'nothing',
    stopping: no('is stopping; wait until it has stopped, then start it'),
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
  stop: {
    created: 'nothing',
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'nothing',
    removing: REMOVING,
  },
  kill: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  restart: {
    created: 'go',
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'go',
    removing: REMOVING,
  },
  remove: {
    created: 'go',
    starting: STARTING,
    running: REMOVE_FIRST('is running'),
    stopping: REMOVE_FIRST('is still stopping'),
    restarting: REMOVE_FIRST('is waiting to be restarted by its restart policy'),
    exited: 'go',
    removing: 'go',
  },
  'force-remove': {
    created: 'go',
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: 'go',
    exited: 'go',
    removing: 'go',
  },
  exec: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
    removing: REMOVING,
  },
  attach: {
    created: NOT_RUNNING,
    starting: STARTING,
    running: 'go',
    stopping: 'go',
    restarting: WAITING,
    exited: NOT_RUNNING,
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
  return container.state === 'running' || container.state === 'stopping';
}
