import { once } from 'node:events';
import { request as ask, type ClientRequest, createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express, { type Request, type Response } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../../domain/errors.js';
import { uploadOf } from './upload.js';

const PATIENCE = { silenceMs: 200, discardMs: 500 };
const MIB = Buffer.alloc(1024 * 1024);

let server: Server;
let handler: (archive: AsyncIterable<Buffer>) => Promise<string>;

async function answer(request: Request, response: Response): Promise<void> {
  try {
    response.send(await handler(uploadOf(request, response, PATIENCE)));
  } catch (error) {
    response.status(400).send(error instanceof DomainError ? error.message : String(error));
  }
}

beforeEach(async () => {
  server = createServer(express().use((request, response) => void answer(request, response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function upload(headers: Record<string, string> = { 'content-type': 'application/x-tar' }): ClientRequest {
  const { port } = server.address() as AddressInfo;
  return ask({ host: '127.0.0.1', port, method: 'POST', headers });
}

/** Resolves when the connection is gone, whatever writes to it met before. */
function closing(sender: ClientRequest): Promise<void> {
  sender.on('error', () => undefined);
  return new Promise((resolve) => sender.once('close', resolve));
}

async function read(sender: ClientRequest): Promise<{ status: number | undefined; text: string }> {
  const [response]: IncomingMessage[] = await once(sender, 'response');
  let text = '';
  for await (const chunk of response ?? []) text += chunk;
  return { status: response?.statusCode, text };
}

async function countBytes(archive: AsyncIterable<Buffer>): Promise<string> {
  let bytes = 0;
  for await (const chunk of archive) bytes += chunk.length;
  return `${bytes} bytes`;
}

async function refuseAfterFirst(archive: AsyncIterable<Buffer>): Promise<string> {
  for await (const _chunk of archive) throw new DomainError('archive_invalid', 'no tar');
  return 'empty';
}

describe('an upload', () => {
  it('arrives whole', async () => {
    handler = countBytes;
    const sender = upload();
    sender.write(MIB);
    sender.end(MIB);
    expect(await read(sender)).toEqual({ status: 200, text: `${2 * MIB.length} bytes` });
  });

  it.each([{ 'content-type': 'application/json' }, {}])('of another type is refused: %o', async (headers) => {
    handler = countBytes;
    const sender = upload(headers);
    sender.end('{}');
    expect(await read(sender)).toMatchObject({ status: 400, text: expect.stringContaining('application/x-tar') });
  });

  it('that stops without an end is given up', async () => {
    handler = countBytes;
    const sender = upload();
    const closed = closing(sender);
    sender.write('half');
    expect(await read(sender)).toEqual({ status: 400, text: 'the upload stopped: nothing came for 0.2 s; send it again' });
    await closed;
  });

  it('is read to its end after a refusal: many senders hear why only when they have sent everything', async () => {
    handler = refuseAfterFirst;
    const { port } = server.address() as AddressInfo;
    const sender = connect(port, '127.0.0.1').setEncoding('utf8');
    sender.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-tar\r\ncontent-length: ${20 * MIB.length}\r\n\r\n`);
    for (let sent = 0; sent < 20; sent += 1) {
      if (!sender.write(MIB)) await once(sender, 'drain');
    }
    const [answered] = await once(sender, 'data');
    expect(answered).toMatch(/^HTTP\/1.1 400 .*no tar$/s);
    sender.destroy();
  });

  it('that goes on for long after a refusal is cut', async () => {
    handler = refuseAfterFirst;
    const sender = upload();
    const closed = closing(sender);
    const sending = setInterval(() => sender.write('more'), 20);
    expect((await read(sender)).status).toBe(400);
    await closed;
    clearInterval(sending);
  });

  it('whose sender goes fails', async () => {
    let failed: Promise<unknown> = Promise.resolve();
    const begun = new Promise<void>((resolve) => {
      handler = (archive) => {
        const counting = countBytes(archive);
        failed = counting.catch((error: unknown) => error);
        resolve();
        return counting;
      };
    });
    const sender = upload();
    sender.on('error', () => undefined);
    sender.write('half');
    await begun;
    sender.destroy();
    expect(await failed).toBeInstanceOf(Error);
  });
});
