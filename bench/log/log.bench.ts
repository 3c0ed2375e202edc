import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Home } from '../support/home.js';
import { HttpDoor } from '../support/http-door.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { openPeers } from '../support/peers.js';
import { report } from '../support/report.js';
import { type Contender, interleaved, timed } from '../support/rounds.js';

/**
 * Logs through the REST doors of engines: how fast a container can write, how fast its log is read, how long a line takes to whoever follows. The floor is the
 * same writer into a pipe, or its file read.
 */
const MIB = 1024 * 1024;
const BYTES = Number(process.env['MEBIBYTES'] ?? 256) * MIB;
/** Peers are slower by tens; their rates are taken from less. */
const OF_PEERS = BYTES / 8;
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const STAMPS = 500;
const STAMP_EVERY_US = 2000;
const DRIVERS: Readonly<Record<string, readonly string[]>> = { dockerd: ['json-file', 'local'], podman: ['k8s-file'] };

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];
let writer = '';
/** A full log of each engine, by the name of its row. */
const full = new Map<string, { peer: Peer; id: string }>();
let own = '';

beforeAll(async () => {
  writer = home.compiled(join(import.meta.dirname, 'writer.c'));
  home.layer();
  await ours.open();
  peers = await openPeers(home);
});
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
}, 120_000);

it('takes lines of 100 bytes', { timeout: 400_000 }, async () => {
  const contenders: Record<string, Contender> = {
    'pipe, thrown away': () => intoPipe('"$0" discard'),
    'pipe, appended to a file': () => intoPipe(`"$0" append ${home.path('raw')}`),
    keelson: async () => (await ingest({ maxBytes: 4 * BYTES, maxFiles: 2 })).rate,
    'keelson, 5 parts of 16 MiB': async () => (await ingest({ maxBytes: 16 * MIB, maxFiles: 5 })).rate,
  };
  for (const peer of peers) {
    for (const driver of DRIVERS[peer.name] ?? []) contenders[`${peer.name}, ${driver}`] = () => peerIngests(peer, driver);
  }
  const measured = await interleaved(contenders, { rounds: ROUNDS, warmUp: { keelson: 0 }, seconds: SECONDS });
  report({ title: 'log: lines of 100 bytes written', unit: 'MB/s', measured, floor: 'pipe, appended to a file', more: true });
  own = (await ingest({ maxBytes: 4 * BYTES, maxFiles: 2 })).id;
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

it('gives them back', { timeout: 400_000 }, async () => {
  const read = (query: string) => async () => {
    const milliseconds = await timed(() => ours.door.drain('GET', ours.path(`/containers/${own}/logs${query}`)));
    return BYTES / 1e3 / milliseconds;
  };
  const contenders: Record<string, Contender> = {
    'the raw file by node:http': () => rawByHttp(home.path('raw')),
    keelson: read(''),
    'keelson, no times': read('?timestamps=false'),
    'keelson, searched': read('?search=nowhere'),
  };
  for (const [name, { peer, id }] of full) {
    const path = peer.path(`/containers/${id}/logs?stdout=1&timestamps=1`);
    contenders[name] = async () => OF_PEERS / 1e3 / (await timed(() => peer.door.drain('GET', path)));
  }
  const measured = await interleaved(contenders, { rounds: ROUNDS, seconds: SECONDS });
  report({
    title: 'log: read from its beginning, with times',
    unit: 'MB/s of log',
    measured,
    floor: 'the raw file by node:http',
    more: true,
  });
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

it('gives the last of them', { timeout: 200_000 }, async () => {
  const tail = (door: HttpDoor, path: string) => () => timed(() => door.drain('GET', path));
  const contenders: Record<string, Contender> = { keelson: tail(ours.door, ours.path(`/containers/${own}/logs?tail=100`)) };
  for (const [name, { peer, id }] of full) contenders[name] = tail(peer.door, peer.path(`/containers/${id}/logs?stdout=1&tail=100`));
  const measured = await interleaved(contenders, { rounds: 20, warmUp: { keelson: 20 }, seconds: SECONDS });
  report({
    title: `log: the last 100 lines of ${BYTES / MIB} MiB (peers: ${OF_PEERS / MIB} MiB)`,
    unit: 'milliseconds',
    measured,
  });
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

it('tells whoever follows', { timeout: 200_000 }, async () => {
  const measured = new Map<string, number[]>([['pipe to node', await stampsByPipe()]]);
  const { id } = await prepared(`stamps ${STAMPS} ${STAMP_EVERY_US}`, { maxBytes: 16 * MIB, maxFiles: 5 });
  measured.set('keelson', await followed(ours.door, ours.path(`/containers/${id}/logs?follow=true&timestamps=false`)));
  for (const peer of peers) {
    for (const driver of DRIVERS[peer.name] ?? []) {
      const stamping = await peer.create(['sh', '-c', `sleep 1; exec /w/writer stamps ${STAMPS} ${STAMP_EVERY_US}`], options(driver));
      await peer.start(stamping);
      measured.set(`${peer.name}, ${driver}`, await followed(peer.door, peer.path(`/containers/${stamping}/logs?stdout=1&follow=1`)));
      await peer.remove(stamping);
    }
  }
  report({ title: 'log: from a line written to its follower', unit: 'microseconds', measured, floor: 'pipe to node' });
  expect(measured.get('keelson')).toHaveLength(STAMPS);
});

const options = (logDriver: string) => ({ logDriver, binds: [`${home.directory}:/w:ro`] });

function intoPipe(reader: string): number {
  const ns = home.path('ns');
  const out = execFileSync('sh', ['-c', `"$0" lines ${BYTES} 2>${ns} | ${reader}; cat ${ns}`, writer], { encoding: 'utf8' });
  return rateOf(out, BYTES);
}

const rateOf = (line: string, bytes: number) => bytes / 1e6 / (Number(/ns (\d+)/.exec(line)?.[1]) / 1e9);

/** A container in which our writer runs, from the moment on at which it is there. */
async function prepared(args: string, log: { maxBytes: number; maxFiles: number }): Promise<{ id: string }> {
  const script = `until [ -e /go ]; do sleep 0.01; done; exec /writer ${args}`;
  const { api } = ours.suite;
  const image = ours.suite.image('busybox');
  const container = await api.containers.create({ image, command: ['sh', '-c', script], network: 'none', log, start: true });
  const upload = 'base64 -d > /writer && chmod 755 /writer && touch /go';
  const stdin = readFileSync(writer).toString('base64');
  const { exitCode, stderr } = await api.containers.exec(container.id, { command: ['sh', '-c', upload], stdin });
  if (exitCode !== 0) throw new Error(stderr);
  return container;
}

async function ingest(log: { maxBytes: number; maxFiles: number }): Promise<{ id: string; rate: number }> {
  const { id } = await prepared(`lines ${BYTES}`, log);
  await ours.wait(id);
  const last = await ours.door.bytes('GET', ours.path(`/containers/${id}/logs?tail=2&search=ns%20`));
  return { id, rate: rateOf(last.toString(), BYTES) };
}

async function peerIngests(peer: Peer, driver: string): Promise<number> {
  const name = `${peer.name}, ${driver}`;
  const before = full.get(name);
  if (before) await peer.remove(before.id);
  const id = await peer.create(['/w/writer', 'lines', String(OF_PEERS)], options(driver));
  full.set(name, { peer, id });
  await peer.start(id);
  await peer.wait(id);
  return rateOf((await peer.door.bytes('GET', peer.path(`/containers/${id}/logs?stderr=1`))).toString('latin1'), OF_PEERS);
}

async function rawByHttp(path: string): Promise<number> {
  const server = createServer((_request, response) => createReadStream(path, { highWaterMark: 256 * 1024 }).pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const door = new HttpDoor({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const milliseconds = await timed(() => door.drain('GET', '/'));
  door.close();
  await new Promise((resolve) => server.close(resolve));
  return statSync(path).size / 1e3 / milliseconds;
}

async function stampsByPipe(): Promise<number[]> {
  const child = spawn(writer, ['stamps', String(STAMPS), String(STAMP_EVERY_US)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const delays: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) delays.push(microsSince(line));
  return delays;
}

/** Whatever an engine puts around it, a stamp is the only number of 19 digits. */
async function followed(door: HttpDoor, path: string): Promise<number[]> {
  const delays: number[] = [];
  for await (const chunk of await door.open('GET', path)) {
    for (const [stamp] of (chunk as Buffer).toString('latin1').matchAll(/\d{19}/g)) delays.push(microsSince(stamp));
  }
  return delays;
}

const microsSince = (nanoseconds: string) => (performance.timeOrigin + performance.now()) * 1000 - Number(nanoseconds) / 1000;
