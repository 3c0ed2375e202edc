import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { RunningImports } from './running-imports.js';

const NEVER = new AbortController().signal;

/** Ends when it is told to. */
async function untilTold(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

describe('imports under way', () => {
  it('are four for a tenant, which costs other tenants nothing', async () => {
    const imports = new RunningImports();
    const four = [1, 2, 3, 4].map(() => imports.run('a', NEVER, untilTold));
    const settled = Promise.allSettled(four);
    await expect(imports.run('a', NEVER, async () => 'fifth')).rejects.toMatchObject({ code: 'too_many_requests' });
    expect(await imports.run('b', NEVER, async () => 'first')).toBe('first');
    await imports.close();
    await settled;
    expect(await imports.run('a', NEVER, async () => 'later')).toBe('later');
  });

  it('have ended when the server stops, and say why', async () => {
    const imports = new RunningImports();
    let letGo = false;
    const running = imports.run('a', NEVER, (signal) =>
      untilTold(signal).finally(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        letGo = true;
      }),
    );
    const failed = expect(running).rejects.toMatchObject({ code: 'not_ready' });
    await imports.close();
    expect(letGo).toBe(true);
    await failed;
  });

  it('end when their sender goes', async () => {
    const sender = new AbortController();
    const running = new RunningImports().run('a', sender.signal, untilTold);
    sender.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });
});
