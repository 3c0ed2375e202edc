import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer satisfies, for states that nobody announces to an outsider; the last answer is in the error. */
export async function until<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean, withinMs = 30_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > end) throw new Error(`still not so after ${withinMs} ms: ${JSON.stringify(answer)?.slice(0, 2000)}`);
    await delay(50);
  }
}
