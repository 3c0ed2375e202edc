import { afterEach, describe, expect, it } from 'vitest';
import { startFront } from '../../test/support/front.js';
import { InsecureRefusedError } from '../errors.js';
import { Dispatchers } from './dispatchers.js';
import { createSend } from './http.js';

describe('Dispatchers', () => {
  const dispatchers = new Dispatchers({ proxy: {}, timeouts: { connectMs: 2000, headersMs: 2000, idleMs: 2000 }, denyAddress: undefined });
  const send = createSend(dispatchers, 'keelson/test');
  afterEach(() => dispatchers.close());

  it.each(['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'connects to this machine as %s only where that is allowed',
    async (host) => {
      const front = await startFront('127.0.0.1:1', () => ({ answer: { status: 200 } }));
      try {
        const url = new URL(`http://${host}:${front.host.split(':')[1]}/`);
        const refused = send({ url, headers: {}, signal: undefined }, { verifyTls: true, local: 'none' });
        await expect(refused.catch((error: unknown) => (error instanceof Error ? (error.cause ?? error) : error))).resolves.toBeInstanceOf(
          InsecureRefusedError,
        );
        expect(front.seen).toEqual([]);
      } finally {
        await front.close();
      }
    },
  );
});
