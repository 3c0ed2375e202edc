import { describe, expect, it } from 'vitest';

import { encodeFrame, FrameDecoder, FrameType, MAX_PAYLOAD_BYTES } from './frames.js';

const two = Buffer.concat([encodeFrame(FrameType.stdout, Buffer.from('hello')), encodeFrame(FrameType.stdinEof)]);
const frames = [
  { type: FrameType.stdout, payload: Buffer.from('hello') },
  { type: FrameType.stdinEof, payload: Buffer.alloc(0) },
];

describe('the frame decoder', () => {
  it('finds several frames in one piece', () => {
    expect(new FrameDecoder().push(two)).toEqual(frames);
  });

  it.each([1, 2, 4, 5, 6, 9])('puts frames together from pieces of %i bytes', (size) => {
    const decoder = new FrameDecoder();
    const found = [];
    for (let at = 0; at < two.length; at += size) found.push(...decoder.push(two.subarray(at, at + size)));
    expect(found).toEqual(frames);
    expect(decoder.empty).toBe(true);
  });

  it('takes a payload of the full size and refuses one byte more', () => {
    const full = Buffer.alloc(MAX_PAYLOAD_BYTES, 7);
    expect(new FrameDecoder().push(encodeFrame(FrameType.stdout, full))[0]?.payload.equals(full)).toBe(true);
    const header = Buffer.alloc(5);
    header.writeUInt32LE(MAX_PAYLOAD_BYTES + 1);
    expect(() => new FrameDecoder().push(header)).toThrow(/1048577 bytes/);
  });

  it('knows that it stands inside a frame', () => {
    const decoder = new FrameDecoder();
    decoder.push(two.subarray(0, 3));
    expect(decoder.empty).toBe(false);
  });
});
