import { expect, it } from 'vitest';
import { LogCursor } from './log-cursor';

const at = (time: string) => ({ type: 'line', stream: 'stdout', time, text: '', partial: false }) as const;

it('asks for the newest lines first, and later for those since the last', () => {
  const cursor = new LogCursor();
  expect(cursor.path('web')).toBe('/api/v1/ws/containers/web/logs?tail=10000');
  cursor.isNew(at('1'));
  expect(cursor.path('web')).toBe('/api/v1/ws/containers/web/logs?since=1');
});

it('shows each line once over a lost connection, also lines of one time', () => {
  const cursor = new LogCursor();
  cursor.path('web');
  expect(['1', '2', '2'].map((time) => cursor.isNew(at(time)))).toEqual([true, true, true]);
  cursor.path('web');
  expect(['2', '2', '2', '3'].map((time) => cursor.isNew(at(time)))).toEqual([false, false, true, true]);
  cursor.path('web');
  expect(['3', '3'].map((time) => cursor.isNew(at(time)))).toEqual([false, true]);
});

it('lets gaps and ends through', () => {
  const cursor = new LogCursor();
  expect(cursor.isNew({ type: 'gap', bytes: 3 })).toBe(true);
});
