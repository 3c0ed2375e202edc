import { expect, it } from 'vitest';
import { containerRecord } from '../../../testing/container-record.js';
import { toContainerSummary } from './container.mapper.js';
import { listAnswer } from './list-answer.js';

const parsed = (answer: Buffer): unknown => JSON.parse(answer.toString());

it('says what the mapper says, once for each list and record', () => {
  const containers = [containerRecord({ name: 'web' }), containerRecord({ name: 'a "quoted" name \u2028' })];
  const answer = listAnswer(containers);
  expect(parsed(answer)).toEqual(containers.map((one) => JSON.parse(JSON.stringify(toContainerSummary(one)))));
  expect(listAnswer(containers)).toBe(answer);
});

it('follows a record that was replaced', () => {
  const [first, second] = [containerRecord({ name: 'one' }), containerRecord({ name: 'two' })];
  listAnswer([first, second]);
  expect(parsed(listAnswer([first, { ...second, name: 'renamed' }]))).toMatchObject([{ name: 'one' }, { name: 'renamed' }]);
  expect(parsed(listAnswer([]))).toEqual([]);
});
