import { expect, it } from 'vitest';
import { linkToken } from './link-token';

it.each([
  ['http://h/sign-in#token=abc-1', 'abc-1'],
  ['http://h/#token=a%2Bb', 'a+b'],
  ['http://h/sign-in?token=abc', 'abc'],
  ['http://h/sign-in', undefined],
  ['http://h/sign-in#token=', undefined],
  ['http://h/sign-in#section', undefined],
])('the token of %s is %s', (href, token) => {
  expect(linkToken(href)).toBe(token);
});
