import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { callJson, callLines } from './api-client';

const answer = (body: BodyInit | null, status = 200) => vi.stubGlobal('fetch', async () => new Response(body, { status }));
afterEach(() => vi.unstubAllGlobals());

const number = z.object({ n: z.number() });

async function linesOf(body: BodyInit): Promise<unknown[]> {
  answer(body);
  const lines: unknown[] = [];
  for await (const line of callLines(number, 'GET', '/numbers')) lines.push(line);
  return lines;
}

describe('an answer of the server', () => {
  it('is what the contract says', async () => {
    answer('{"n":1}');
    expect(await callJson(number, 'GET', '/numbers')).toEqual({ n: 1 });
    expect(await linesOf('{"n":1}\n{"n":2}\n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it.each(['{"n":"one"}', 'no JSON'])('that is not of the contract, %s, is told as unexpected', async (body) => {
    answer(body);
    await expect(callJson(number, 'GET', '/numbers')).rejects.toMatchObject({ code: 'unexpected' });
    await expect(linesOf(`${body}\n`)).rejects.toMatchObject({ code: 'unexpected', message: expect.stringContaining('GET /numbers') });
  });

  it('that breaks off in the middle is told as unreachable', async () => {
    const pieces = ['{"n":1}\n'];
    const cut = new ReadableStream({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece) controller.enqueue(new TextEncoder().encode(piece));
        else controller.error(new TypeError('network error'));
      },
    });
    await expect(linesOf(cut)).rejects.toMatchObject({ code: 'unreachable' });
  });
});
