import { expect, it } from 'vitest';
import { readLines } from './read-lines';

const stream = (...pieces: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new Uint8Array(Buffer.from(piece, 'latin1')));
      controller.close();
    },
  });
async function all(source: ReadableStream<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(source)) lines.push(line);
  return lines;
}

it('puts lines together that come in pieces', async () => {
  expect(await all(stream('{"a"', ':1}\n{"b":2}', '\n'))).toEqual(['{"a":1}', '{"b":2}']);
});

it('keeps a last line that has no end', async () => {
  expect(await all(stream('one\n', 'two'))).toEqual(['one', 'two']);
});

it('decodes a character that is cut between two pieces', async () => {
  expect(await all(stream('\xe4\xb8', '\xad\n'))).toEqual(['中']);
});

it('skips empty lines', async () => {
  expect(await all(stream('\n\na\n\n'))).toEqual(['a']);
});
