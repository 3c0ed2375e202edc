import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiError, ERROR_CODES } from './errors.js';

it('documents every error code with its status, and no other', () => {
  const document = readFileSync(new URL('../../../docs/error-model.md', import.meta.url), 'utf8');
  const documented = [...document.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)]);
  expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  expect(documented).toHaveLength(Object.keys(ERROR_CODES).length);
});

it('shows an error in the document that the schema accepts', () => {
  const document = readFileSync(new URL('../../../docs/error-model.md', import.meta.url), 'utf8');
  const example = /```json\n(.*)\n```/.exec(document)?.[1];
  expect(apiError.safeParse(JSON.parse(example ?? '')).success).toBe(true);
});
