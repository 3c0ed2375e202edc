import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHECKOUT } from '../../tests/support/paths.js';
import { Server } from '../../tests/support/server.js';
import { Home } from '../support/home.js';
import { HttpDoor } from '../support/http-door.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { until } from '../support/peer.js';
import { openPeers } from '../support/peers.js';
import { report } from '../support/report.js';
import { type Contender, interleaved, timed } from '../support/rounds.js';

/** From the start of the server's process to a list in which all containers run, that had been running all the while. */
const CONTAINERS = Number(process.env['CONTAINERS'] ?? 100);
const OF_PEERS = Number(process.env['PEER_CONTAINERS'] ?? 30);
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const FOR_EVER = ['sleep', '1000000'];
const NODE = `${CHECKOUT}/node_modules/node-linux-${process.arch}/bin/node`;

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];

beforeAll(async () => {
  await ours.open();
  peers = await openPeers(home);
  for (let at = 0; at < CONTAINERS; at++) await ours.create(FOR_EVER);
}, 180_000);
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
}, 180_000);

it('finds what runs', { timeout: 300_000 }, async () => {
  const contenders: Record<string, Contender> = { 'node:http, first answer': bareNode, keelson: restartOurs };
  const dockerd = peers.find(({ name }) => name === 'dockerd');
  const theirs: string[] = [];
  for (let at = 0; dockerd && at < OF_PEERS; at++) {
    theirs.push(await dockerd.create(FOR_EVER));
    await dockerd.start(theirs.at(-1) ?? '');
  }
  if (dockerd) contenders[`dockerd, live-restore, ${OF_PEERS}`] = () => restartDockerd(dockerd);
  const measured = await interleaved(contenders, { rounds: ROUNDS, seconds: 90 });
  report({
    title: `start of the server with ${CONTAINERS} containers running, until the list is right`,
    unit: 'milliseconds',
    measured,
    floor: 'node:http, first answer',
  });
  for (const id of theirs) await dockerd?.remove(id);
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

async function bareNode(): Promise<number> {
  const port = await freePort();
  const door = new HttpDoor({ host: '127.0.0.1', port });
  const script = `require('node:http').createServer((_, answer) => answer.end('[]')).listen(${port}, '127.0.0.1')`;
  const begin = performance.now();
  const child = spawn(NODE, ['-e', script], { stdio: 'ignore' });
  await until(() => door.bytes('GET', '/'), 2);
  const milliseconds = performance.now() - begin;
  child.kill();
  door.close();
  return milliseconds;
}

async function restartOurs(): Promise<number> {
  const { suite } = ours;
  ours.door.close();
  await suite.server.stop();
  return timed(async () => {
    const started = Server.start(suite.instance);
    // Asked from the beginning, as a client that waits would.
    await ours.connect();
    await until(async () => {
      const list = await ours.door.json<{ state: string }[]>('GET', ours.path('/containers'));
      if (list.filter(({ state }) => state === 'running').length < CONTAINERS) throw new Error('the list is not right yet');
    }, 2);
    suite.server = await started;
  });
}

async function restartDockerd(dockerd: Peer): Promise<number> {
  let milliseconds = 0;
  await dockerd.restart(() => {
    milliseconds = -performance.now();
  });
  await until(async () => {
    const list = await dockerd.door.json<unknown[]>('GET', dockerd.path('/containers/json'));
    if (list.length < OF_PEERS) throw new Error('the list is not right yet');
  }, 2);
  return milliseconds + performance.now();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
