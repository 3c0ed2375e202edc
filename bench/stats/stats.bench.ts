import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Home } from '../support/home.js';
import { HttpDoor } from '../support/http-door.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { openPeers } from '../support/peers.js';
import { report } from '../support/report.js';
import { type Contender, interleaved, timed } from '../support/rounds.js';

/** What looking at a hundred running containers costs: lists, inspections, samples. */
const CONTAINERS = Number(process.env['CONTAINERS'] ?? 100);
/** Peers start some ten times slower; rates of lists are given for as many as there are. */
const OF_PEERS = Number(process.env['PEER_CONTAINERS'] ?? 20);
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
/** Requests in flight at a time, and how long one measurement sends them. */
const AT_A_TIME = 8;
const SPAN_MS = 500;
const FOR_EVER = ['sleep', '1000000'];

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];
const run = promisify(execFile);
const ids: string[] = [];
let asker = '';
const theirs = new Map<Peer, string[]>();

beforeAll(async () => {
  asker = home.compiled(join(import.meta.dirname, '../support/asker.c'));
  await ours.open();
  peers = await openPeers(home);
  for (let at = 0; at < CONTAINERS; at++) ids.push(await ours.create(FOR_EVER));
  for (const peer of peers) {
    const own: string[] = [];
    for (let at = 0; at < OF_PEERS; at++) {
      own.push(await peer.create(FOR_EVER));
      await peer.start(own.at(-1) ?? '');
    }
    theirs.set(peer, own);
  }
}, 300_000);
afterAll(async () => {
  for (const [peer, own] of theirs) await Promise.all(own.map((id) => peer.remove(id)));
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
}, 300_000);

it('answers what is asked most', { timeout: 400_000 }, async () => {
  const list = await ours.door.bytes('GET', ours.path('/containers'));
  const bare = createServer((_, response) => response.setHeader('content-type', 'application/json').end(list));
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const floor = new HttpDoor({ host: '127.0.0.1', port: (bare.address() as AddressInfo).port });

  const kinds = [
    { title: `GET list of ${CONTAINERS} containers (${list.length} bytes)`, mine: '/containers', its: '/containers/json' },
    { title: 'GET inspect', mine: `/containers/${ids[0]}`, its: '/containers/ID/json' },
    { title: 'GET _ping, /healthz', mine: undefined, its: '/_ping' },
  ];
  for (const { title, mine, its } of kinds) {
    const contenders: Record<string, Contender> = {
      'node:http, the list as bytes': () => rate(floor, '/'),
      keelson: () => rate(ours.door, mine === undefined ? '/healthz' : ours.path(mine)),
    };
    for (const peer of peers)
      contenders[`${peer.name}, of ${OF_PEERS}`] = () => rate(peer.door, peer.path(its.replace('ID', theirs.get(peer)?.[0] ?? '')));
    const measured = await interleaved(contenders, { rounds: ROUNDS, warmUp: { keelson: 3 }, seconds: 60 });
    report({ title: `${title}, ${AT_A_TIME} at a time`, unit: 'requests/s', measured, floor: 'node:http, the list as bytes', more: true });
  }
  floor.close();
  bare.close();
  expect(ids).toHaveLength(CONTAINERS);
});

it('samples them all', { timeout: 300_000 }, async () => {
  const floor = home.compiled(join(import.meta.dirname, 'floor.cc'));
  const slice = await groupOf(ids[0] ?? '');
  const contenders: Record<string, Contender> = {
    'floor: the files of 100, CPU': () => Number(execFileSync(floor, [slice], { encoding: 'utf8' })),
    'keelson: server with sampler, CPU/s': () => cpuOver(ours.suite.server.pid, 2000),
    'keelson: GET all, from memory': () => timed(() => ours.door.bytes('GET', '/metrics')),
    'keelson: GET one, from memory': () => timed(() => ours.door.bytes('GET', ours.path(`/containers/${ids[0]}/stats`))),
  };
  for (const peer of peers) {
    const [first] = theirs.get(peer) ?? [];
    contenders[`${peer.name}: one, no stream`] = () =>
      timed(() => peer.door.bytes('GET', peer.path(`/containers/${first}/stats?stream=0&one-shot=1`)));
  }
  const measured = await interleaved(contenders, { rounds: 8, warmUp: { 'keelson: GET all, from memory': 50 }, seconds: 60 });
  report({
    title: `one sample of ${CONTAINERS} containers`,
    unit: 'milliseconds',
    measured,
    floor: 'floor: the files of 100, CPU',
    ours: 'keelson: GET all, from memory',
  });
  expect(measured.size).toBeGreaterThan(3);
});

/** Requests a second, by a client that costs little. */
async function rate(door: HttpDoor, path: string): Promise<number> {
  const { target, header } = door.asAsked();
  const { stdout } = await run(asker, [target, path, String(SPAN_MS), String(AT_A_TIME), ...header]);
  return Number(stdout);
}

async function groupOf(id: string): Promise<string> {
  const { cgroupPath } = await ours.door.json<{ cgroupPath: string }>('GET', ours.path(`/containers/${id}`));
  return cgroupPath.slice(0, cgroupPath.lastIndexOf('/'));
}

/** Milliseconds of processor time that a process takes in a second. */
async function cpuOver(pid: number, milliseconds: number): Promise<number> {
  const before = cpuMs(pid);
  await delay(milliseconds);
  return ((cpuMs(pid) - before) * 1000) / milliseconds;
}

/** proc_pid_stat(5), fields 14 and 15, in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
