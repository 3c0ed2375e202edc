import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeFrame, type Frame, FrameDecoder, FrameType } from '../../lib/control/frames.js';

export const response = (value: object) => encodeFrame(FrameType.response, Buffer.from(JSON.stringify(value)));

/** A supervisor that says what a test tells it to say, for answers that a real one does not give. */
export async function scriptedPeer(script: (request: Record<string, unknown>, socket: Socket) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-ctl-'));
  const path = join(directory, 'ctl');
  const received: Frame[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const decoder = new FrameDecoder();
    socket.on('data', (piece) => {
      for (const frame of decoder.push(piece)) {
        if (frame.type === FrameType.request) script(JSON.parse(frame.payload.toString()) as Record<string, unknown>, socket);
        else received.push(frame);
      }
    });
  }).listen(path);
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { path, received, sockets, close };
}
