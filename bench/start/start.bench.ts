import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Home } from '../support/home.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { ociRuntimes, openPeers, versions } from '../support/peers.js';
import { report, say } from '../support/report.js';
import { type Contender, interleaved, timed } from '../support/rounds.js';
import { ociConfig } from './oci-config.js';

/**
 * A container without a network, from the request to the end of `true` seen and to the first byte of `echo`: over our REST door, those of dockerd and
 * podman, by the command of OCI runtimes (which are given a root filesystem that is ready), and by the system calls alone (floor.cc).
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 40);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 75);
const WARM_UP = { keelson: 100, 'keelson, bridge network': 30, floor: 20 };

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];
let floor = '';
let layer = '';
let made = 0;

beforeAll(async () => {
  floor = home.compiled(join(import.meta.dirname, 'floor.cc'));
  layer = home.layer();
  await ours.open();
  peers = await openPeers(home);
});
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
});

it('starts `true`', { timeout: 300_000 }, async () => {
  const contenders: Record<string, Contender> = {
    floor: () => runFloor('end'),
    keelson: () => toEnd('none'),
    'keelson, bridge network': () => toEnd('bridge'),
  };
  for (const runtime of ociRuntimes()) contenders[`${runtime} run`] = () => runOci(runtime);
  for (const peer of peers) contenders[peer.name] = () => peerToEnd(peer);
  const measured = await interleaved(contenders, { rounds: ROUNDS, warmUp: WARM_UP, seconds: SECONDS });
  report({ title: 'create + start of `true` to its end seen, no network', unit: 'milliseconds', measured, floor: 'floor' });
  say([versions()]);
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

it('shows the first byte of `echo`', { timeout: 300_000 }, async () => {
  const contenders: Record<string, Contender> = { floor: () => runFloor('echo'), keelson: toFirstByte };
  for (const peer of peers) contenders[peer.name] = () => peerToFirstByte(peer);
  const measured = await interleaved(contenders, { rounds: ROUNDS, warmUp: WARM_UP, seconds: SECONDS });
  report({ title: 'create + start of `echo` to its first byte, no network', unit: 'milliseconds', measured, floor: 'floor' });
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});

function runFloor(what: 'end' | 'echo'): number {
  const work = home.path(`work-${made++}`);
  mkdirSync(work, { mode: 0o711 });
  return Number(execFileSync(floor, [layer, work, what], { encoding: 'utf8' }));
}

async function toEnd(network: string): Promise<number> {
  let id = '';
  const milliseconds = await timed(async () => {
    id = await ours.create(['true'], { network });
    await ours.wait(id);
  });
  await ours.remove(id);
  return milliseconds;
}

async function toFirstByte(): Promise<number> {
  let id = '';
  const milliseconds = await timed(async () => {
    id = await ours.create(['echo', 'first']);
    for await (const _ of await ours.door.open('GET', ours.path(`/containers/${id}/logs?follow=true`))) break;
  });
  await ours.wait(id);
  await ours.remove(id);
  return milliseconds;
}

async function peerToEnd(peer: Peer): Promise<number> {
  let id = '';
  const milliseconds = await timed(async () => {
    id = await peer.create(['true']);
    await peer.start(id);
    await peer.wait(id);
  });
  await peer.remove(id);
  return milliseconds;
}

/** Attached before the start, as `docker run` does it. */
async function peerToFirstByte(peer: Peer): Promise<number> {
  let id = '';
  const milliseconds = await timed(async () => {
    id = await peer.create(['echo', 'first']);
    const output = await peer.door.open('POST', peer.path(`/containers/${id}/attach?stream=1&stdout=1`));
    await peer.start(id);
    for await (const _ of output) break;
  });
  await peer.wait(id);
  await peer.remove(id);
  return milliseconds;
}

async function runOci(runtime: string): Promise<number> {
  const bundle = home.path(`bundle-${made++}`);
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(ociConfig(layer, `/${home.name}/${made}`)));
  return timed(async () => {
    const run = ['--root', home.path(runtime), 'run', '--bundle', bundle, `${home.name}-${made}`];
    const { status, stderr } = spawnSync(runtime, run, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${runtime}: ${stderr}`);
  });
}
