import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../testing/container-record.js';
import { DomainError } from '../errors.js';
import type { ContainerState } from './container.js';
import { type ContainerVerb, mayProceed, TRANSITIONS } from './container-state.js';

const STATES: readonly ContainerState[] = ['created', 'starting', 'running', 'paused', 'stopping', 'restarting', 'exited', 'removing'];

// +: acts, =: nothing to do, x: refused. Columns as STATES.
const MATRIX: Record<ContainerVerb, string> = {
  start: '+x=xx++x',
  stop: '=x++++=x',
  kill: 'xx+++xxx',
  restart: '+x+++++x',
  remove: '+xxxxx++',
  'force-remove': '+x++++++',
  exec: 'xx+x+xxx',
  attach: 'xx+x+xxx',
  pause: 'xx+xxxxx',
  unpause: 'xxx+xxxx',
  rename: '+++++++x',
  update: '+x++x++x',
};

function outcome(verb: ContainerVerb, state: ContainerState): string {
  try {
    return mayProceed(containerRecord({ name: 'web', state }), verb) ? '+' : '=';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'container_state_conflict') return 'x';
    throw error;
  }
}

describe('every verb in every state', () => {
  it.each(Object.entries(MATRIX) as [ContainerVerb, string][])('%s: %s', (verb, expected) => {
    expect(STATES.map((state) => outcome(verb, state)).join('')).toBe(expected);
  });

  it('has a line here for each verb of the table', () => {
    expect(Object.keys(MATRIX)).toEqual(Object.keys(TRANSITIONS));
  });
});

describe('a refusal', () => {
  it('names the container and says what to do', () => {
    const remove = () => mayProceed(containerRecord({ name: 'web', state: 'running' }), 'remove');
    expect(remove).toThrowError('container web is running; stop it first, or remove it with force');
  });

  it('carries the state for scripts', () => {
    const refused = () => mayProceed(containerRecord({ state: 'exited' }), 'exec');
    expect(refused).toThrowError(expect.objectContaining({ details: { state: 'exited' } }));
  });
});
