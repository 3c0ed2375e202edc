import { describe, expect, it } from 'vitest';
import { makeUpName } from './container-names.js';

describe('makeUpName', () => {
  it('makes two words that are a valid container name', () => {
    expect(makeUpName(() => false)).toMatch(/^[a-z]+_[a-z]+$/);
  });

  it('goes on until a name is free, also when all pairs of words are taken', () => {
    expect(makeUpName((name) => /^[a-z]+_[a-z]+$/.test(name))).toMatch(/^[a-z]+_[a-z]+_\d+$/);
  });
});
