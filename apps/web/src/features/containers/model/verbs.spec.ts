import { containerState } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { isAlive, offeredVerbs } from './verbs';

it.each(containerState.options)('%s offers start or stop, never both unless it waits to restart', (state) => {
  const offered = offeredVerbs(state);
  expect(offered.includes('start') && offered.includes('stop')).toBe(state === 'restarting');
});

it.each(containerState.options.filter((state) => state !== 'removing'))('%s can be removed', (state) => {
  expect(offeredVerbs(state)).toContain('remove');
});

it('kill is offered exactly where something lives', () => {
  for (const state of containerState.options) expect(offeredVerbs(state).includes('kill'), state).toBe(isAlive(state));
});
