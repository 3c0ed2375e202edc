import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Home } from '../support/home.js';
import { Ours } from '../support/ours.js';
import type { Peer } from '../support/peer.js';
import { openPeers } from '../support/peers.js';
import { report } from '../support/report.js';
import { type Contender, interleaved, timed } from '../support/rounds.js';

/** `true` in a container that runs, from the request to its end seen, beside the system calls alone (floor.cc). */
const ROUNDS = Number(process.env['ROUNDS'] ?? 60);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 45);
const FOR_EVER = ['sleep', '1000000'];

const home = new Home();
const ours = new Ours();
let peers: Peer[] = [];

beforeAll(async () => {
  await ours.open();
  peers = await openPeers(home);
});
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await ours.close();
  await home.remove();
});

it('runs `true`', { timeout: 300_000 }, async () => {
  const floor = home.compiled(join(import.meta.dirname, 'floor.cc'));
  const id = await ours.create(FOR_EVER);
  const { pid } = await ours.door.json<{ pid: number }>('GET', ours.path(`/containers/${id}`));
  const contenders: Record<string, Contender> = {
    floor: () => Number(execFileSync(floor, [String(pid), '1'], { encoding: 'utf8' })),
    keelson: () => timed(() => ours.exec(id, ['true'])),
  };
  const theirs = new Map<Peer, string>();
  for (const peer of peers) {
    const own = await peer.create(FOR_EVER);
    theirs.set(peer, own);
    await peer.start(own);
    contenders[peer.name] = () => timed(() => peer.exec(own, ['true']));
  }
  const measured = await interleaved(contenders, { rounds: ROUNDS, warmUp: { keelson: 100, floor: 10 }, seconds: SECONDS });
  report({ title: 'exec of `true` in a running container to its end seen', unit: 'milliseconds', measured, floor: 'floor' });
  for (const [peer, own] of theirs) await peer.remove(own);
  await ours.remove(id);
  expect(measured.get('keelson')?.length).toBeGreaterThan(0);
});
