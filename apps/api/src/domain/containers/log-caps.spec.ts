import { describe, expect, it } from 'vitest';
import { checkLogCaps, DEFAULT_LOG_CAPS } from './log-caps.js';

describe('the caps of a log', () => {
  it.each([DEFAULT_LOG_CAPS, { maxBytes: 128 * 1024, maxFiles: 1 }, { maxBytes: 1024 ** 4, maxFiles: 1000 }])('may be %o', (caps) => {
    expect(() => checkLogCaps(caps)).not.toThrow();
  });

  it.each([
    ['log.maxBytes', { maxBytes: 128 * 1024 - 1, maxFiles: 3 }],
    ['log.maxBytes', { maxBytes: 1024 ** 4 + 1, maxFiles: 3 }],
    ['log.maxFiles', { maxBytes: 1024 ** 2, maxFiles: 0 }],
    ['log.maxFiles', { maxBytes: 1024 ** 2, maxFiles: 1001 }],
  ])('are refused by name: %s', (field, caps) => {
    expect(() => checkLogCaps(caps)).toThrow(expect.objectContaining({ code: 'limit_invalid', details: { field } }));
  });
});
