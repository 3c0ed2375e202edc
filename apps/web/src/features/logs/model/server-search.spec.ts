import { expect, it } from 'vitest';
import { EMPTY_SEARCH, searchQuery } from './server-search';

it('asks for everything while nothing is filled in', () => {
  expect(searchQuery(EMPTY_SEARCH)).toEqual({});
});

it('says how the text is meant, and how far back', () => {
  expect(searchQuery({ ...EMPTY_SEARCH, search: '^5', regex: true, span: '1h', since: '2026-01-01T00:00' })).toEqual({
    search: '^5',
    regex: true,
    ignoreCase: true,
    since: '1h',
  });
});

it('turns the local times of a browser into instants, and leaves out a bound that is not given', () => {
  const { since, until } = searchQuery({ ...EMPTY_SEARCH, span: 'between', since: '2026-11-21T08:15' });
  expect(since).toBe(new Date('2026-11-21T08:15').toISOString());
  expect(until).toBeUndefined();
});
