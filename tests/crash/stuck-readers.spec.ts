import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { API_PREFIX } from '@keelson/contracts';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LINE_BYTES, steadyWriter, writerSummary } from '../support/flood.js';
import { lanes, ms } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const RATE = 4 * MIB;
const SECONDS = rounds(5, 60);
/** Of each kind: terminals attached to it, followers of its log by HTTP and by WebSocket. */
const OF_EACH = 4;
const suite = useSuite({ images: ['python'] });
const open: { destroy: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.destroy();
});

/** A follower by HTTP that asks and never reads. */
async function stuckFollower(id: string, token: string): Promise<void> {
  const { hostname, port } = new URL(suite.server.baseUrl);
  const socket: Socket = connect(Number(port), hostname);
  open.push(socket);
  socket.on('error', () => undefined).pause();
  await new Promise<void>((resolve) => {
    socket.write(
      `GET ${API_PREFIX}/containers/${id}/logs?follow=true HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`,
      () => resolve(),
    );
  });
}

/** A WebSocket whose bytes stay with the kernel from the first message on. */
async function stuckSocket(path: string, token: string, first?: object): Promise<void> {
  const socket = new WebSocket(`${suite.server.baseUrl.replace('http', 'ws')}${API_PREFIX}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  open.push({ destroy: () => socket.terminate() });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  if (first) socket.send(JSON.stringify(first));
  socket.pause();
}

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${suite.server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}

/** How much of what it should have written a writer has, between 0 and 1. To ask makes the server read the whole log. */
async function share(id: string): Promise<{ written: number; longestMs: number }> {
  const { lines, longestMs } = writerSummary(await suite.api.output(id, 'stderr'));
  return { written: (lines * LINE_BYTES) / (RATE * SECONDS), longestMs };
}

it(`${3 * OF_EACH} clients that do not read cost a container nothing, and the server little memory`, async () => {
  const create = () =>
    suite.api.containers.create({
      image: suite.image('python'),
      command: steadyWriter(RATE, SECONDS),
      start: true,
      log: { maxBytes: 16 * MIB },
    });
  const first = await create();
  await suite.api.containers.wait(first.id);
  const alone = await share(first.id);

  const { id } = await create();
  const before = await residentBytes();
  const token = await suite.server.token();
  await lanes(OF_EACH, OF_EACH, async () => {
    await stuckFollower(id, token);
    await stuckSocket(`/ws/containers/${id}/logs`, token);
    await stuckSocket('/ws/terminal', token, { type: 'attach', container: id, rows: 24, cols: 80 });
  });
  await suite.api.containers.wait(id);
  const growth = ((await residentBytes()) - before) / (3 * OF_EACH) / MIB;
  const beset = await share(id);
  const loss = Math.max(0, (alone.written - beset.written) / alone.written);
  await score({
    row: 11,
    ours: `${(loss * 100).toFixed(1)} % in ${SECONDS} s, ${growth.toFixed(1)} MiB a client (longest write ${ms(beset.longestMs)})`,
    met: loss < 0.01 && growth <= 2,
  });
  // Far from what a write that waits for a reader would do, which is to stay at nothing.
  expect(loss).toBeLessThan(0.2);
  expect(growth).toBeLessThan(8);
  // Whoever reads has everything there is, all the while.
  expect((await suite.api.output(id, 'stderr')).length).toBeGreaterThan(0);
}, 300_000);

it('and a server whose clients hang still stops when it is told to', async () => {
  const { id } = await suite.api.containers.create({ image: suite.image('python'), command: steadyWriter(RATE, 1), start: true });
  await stuckFollower(id, await suite.server.token());
  await until(
    () => suite.api.containers.inspect(id),
    ({ state }) => state === 'exited',
  );
  expect(await suite.server.stop()).toBe(0);
  await suite.startServer();
});
