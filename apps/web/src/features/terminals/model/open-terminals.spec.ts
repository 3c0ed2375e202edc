import { expect, it } from 'vitest';
import { NO_TERMINALS, parseTerminals, type Terminals, withoutTerminal, withSession, withTerminal } from './open-terminals';

const three: Terminals = [['a'], ['b'], ['c']].reduce<Terminals>((all, command) => withTerminal(all, { command }), NO_TERMINALS);

it('shows the newest', () => {
  expect(three.list.map(({ key }) => key)).toEqual([1, 2, 3]);
  expect(three.shown).toBe(3);
});

it('shows a neighbour when the one shown is closed', () => {
  expect(withoutTerminal({ ...three, shown: 2 }, 2).shown).toBe(3);
  expect(withoutTerminal(three, 3).shown).toBe(2);
  expect(withoutTerminal(three, 1).shown).toBe(3);
  expect(withoutTerminal(withTerminal(NO_TERMINALS, {}), 1)).toEqual(NO_TERMINALS);
});

it('never gives a key twice while one is open', () => {
  expect(withTerminal(withoutTerminal(three, 1), {}).list.map(({ key }) => key)).toEqual([2, 3, 4]);
});

it('comes back from what was stored, with the sessions', () => {
  const stored = withSession(three, 2, 'abc');
  expect(parseTerminals(JSON.stringify(stored))).toEqual(stored);
});

it.each([null, '', '{', '[]', '{"list":[{"key":"x"}]}'])('takes %j for nothing', (stored) => {
  expect(parseTerminals(stored)).toEqual(NO_TERMINALS);
});
