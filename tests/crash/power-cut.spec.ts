import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { clearHost } from '../support/destroy.js';
import { lanes } from '../support/measure.js';
import { random } from '../support/random.js';
import { rounds, score } from '../support/scorecard.js';
import { SmallDisk } from '../support/small-disk.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const CUTS = rounds(3, 125);
/** Exits that a client has seen before each cut. */
const EXITS = 4;
const REQUEST = 1;
const READY = 'ready';
let disk: SmallDisk;

const suite = useSuite({
  images: ['busybox'],
  prepare: async ({ root }) => {
    disk = await SmallDisk.mount(root, 96 * MIB);
    return () => disk.close();
  },
});

/** A running container that ends with this code when it is told to. */
async function waiting(code: number): Promise<{ id: string; code: number; reader: Socket }> {
  const program = `trap 'exit ${code}' USR1; echo ${READY} >&2; head -c 3000000 /dev/zero; while :; do sleep 1 & wait $!; done`;
  const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sh', '-c', program] });
  await suite.api.containers.start(id);
  const reader = await stuckReader(id);
  await until(
    () => suite.api.output(id, 'stderr'),
    (text) => text.includes(READY),
  );
  return { id, code, reader };
}

/**
 * A client that takes nothing. For its sake the supervisor stays two seconds longer, and so does the container's overlay, whose end would
 * sync the whole disk: what is there in between is there because the exit was synced.
 */
async function stuckReader(id: string): Promise<Socket> {
  const socket = createConnection(join(suite.instance.run, 'c', id, 'ctl'));
  socket.on('error', () => undefined).pause();
  const request = Buffer.from('{"op":"attach","stdin":false}');
  const header = Buffer.alloc(5);
  header.writeUInt32LE(request.length);
  header.writeUInt8(REQUEST, 4);
  await new Promise<void>((resolve) => socket.write(Buffer.concat([header, request]), () => resolve()));
  return socket;
}

/** All processes are gone, the disk has what had reached it, everything in the kernel is new. */
async function cutPower(held: string): Promise<void> {
  await suite.server.kill9();
  await clearHost(suite.instance);
  await disk.restore(held);
  await rm(suite.instance.run, { recursive: true, force: true });
}

it(
  `${CUTS * EXITS} exits that a client has seen are known after a power cut in that moment`,
  async () => {
    const next = random(20_261_123);
    const contradictions: string[] = [];
    const unsynced = join(suite.instance.root, 'unsynced');
    for (let cut = 0; cut < CUTS; cut++) {
      const containers = await lanes(EXITS, 2, () => waiting(1 + Math.floor(next() * 120)));
      await run('sync', ['--file-system', suite.instance.root]);
      const told = containers.map(async ({ id }) => {
        await suite.api.containers.kill(id, 'USR1');
        return (await suite.api.containers.wait(id)).exitCode;
      });
      const codes = await Promise.all(told);
      await writeFile(unsynced, 'nobody waits for me');
      await cutPower(await disk.snapshot());
      if ((await readFile(unsynced, 'utf8').catch(() => '')) !== '') throw new Error('this was no power cut: what was not synced is there');
      await writeFile(join(suite.instance.root, 'boot-id'), 'a boot of before');
      await suite.startServer();
      for (const [at, { id, code, reader }] of containers.entries()) {
        reader.destroy();
        const { state, exitCode, error } = await suite.api.containers.inspect(id);
        if (codes[at] !== code) contradictions.push(`cut ${cut}: told ${codes[at]}, not ${code}`);
        if (state !== 'exited' || exitCode !== code) contradictions.push(`cut ${cut}: ${state} with ${exitCode}, not ${code}: ${error}`);
        await suite.api.containers.remove(id);
      }
    }
    await score({ row: 7, ours: `${contradictions.length} of ${CUTS * EXITS}`, met: contradictions.length === 0 });
    expect(contradictions).toEqual([]);
  },
  CUTS * 60_000,
);
