import { describe, expect, it } from 'vitest';
import { Remembered } from './remembered.js';

describe('what is remembered', () => {
  it('is read once', async () => {
    const remembered = new Remembered<string>(10);
    expect(await remembered.get('a', async () => 'first')).toBe('first');
    expect(await remembered.get('a', async () => 'second')).toBe('first');
  });

  it('is read again after a write', async () => {
    const remembered = new Remembered<string>(10);
    await remembered.get('a', async () => 'first');
    remembered.forget();
    expect(await remembered.get('a', async () => null)).toBeNull();
  });

  it('is never what was read before a write that came in between', async () => {
    const remembered = new Remembered<string>(10);
    const { promise, resolve } = Promise.withResolvers<string>();
    const reading = remembered.get('a', () => promise);
    remembered.forget();
    resolve('removed meanwhile');
    await reading;
    expect(await remembered.get('a', async () => null)).toBeNull();
  });

  it('is not that something is missing', async () => {
    const remembered = new Remembered<string>(10);
    await remembered.get('a', async () => null);
    expect(await remembered.get('a', async () => 'made since')).toBe('made since');
  });

  it('is bounded', async () => {
    const remembered = new Remembered<string>(2);
    for (const key of ['a', 'b', 'c']) await remembered.get(key, async () => 'old');
    expect(await remembered.get('a', async () => 'new')).toBe('new');
  });
});
