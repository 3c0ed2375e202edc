import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Suite } from '../../tests/support/suite.js';

/**
 * Logs over the REST door of a running server: how fast a container can write, how fast its log is read, how long a line takes to whoever follows. Each beside a
 * floor of the same run: the same writer into a pipe.
 */
const MIB = 1024 * 1024;
const BYTES = Number(process.env['MEBIBYTES'] ?? 256) * MIB;
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const STAMPS = 500;
const STAMP_EVERY_US = 2000;

const home = mkdtempSync(join(tmpdir(), 'kb-'));
const writer = join(home, 'writer');
const suite = new Suite({ images: ['busybox'] });
const rows: string[] = [];

beforeAll(async () => {
  execFileSync('gcc', ['-O2', '-static', '-s', '-o', writer, join(import.meta.dirname, 'writer.c')]);
  await suite.open();
});
afterAll(async () => {
  process.stdout.write(`\nLinux ${release()}, ${cpus().length} CPUs\n${rows.join('\n')}\n\n`);
  await suite.close();
  rmSync(home, { recursive: true, force: true });
});

it('takes lines of 100 bytes', { timeout: 600_000 }, async () => {
  const rates = new Map<string, number[]>();
  const add = (name: string, rate: number) => rates.set(name, [...(rates.get(name) ?? []), rate]);
  for (let round = 0; round < ROUNDS; round++) {
    add('pipe, thrown away', intoPipe('"$0" discard'));
    add('pipe, appended to a file', intoPipe(`"$0" append ${home}/raw`));
    add('keelson, one part', (await ingest({ maxBytes: 4 * BYTES, maxFiles: 2 })).rate);
    add('keelson, 5 parts of 16 MiB', (await ingest({ maxBytes: 16 * MIB, maxFiles: 5 })).rate);
  }
  table('written, MB/s', rates);
  expect(rates.size).toBe(4);
});

it('gives them back', { timeout: 600_000 }, async () => {
  const { id } = await ingest({ maxBytes: 4 * BYTES, maxFiles: 2 });
  const rates = new Map<string, number[]>();
  const add = (name: string, rate: number) => rates.set(name, [...(rates.get(name) ?? []), rate]);
  for (let round = 0; round < ROUNDS; round++) {
    add('the raw file by node:http', await rawByHttp(join(home, 'raw')));
    add('keelson, NDJSON', await timed(() => drained(suite.api.fetch('GET', `/containers/${id}/logs`))));
    add(
      'keelson, no times',
      await timed(() => drained(suite.api.fetch('GET', `/containers/${id}/logs`, { query: { timestamps: false } }))),
    );
    add(
      'keelson, searched',
      await timed(() => drained(suite.api.fetch('GET', `/containers/${id}/logs`, { query: { search: 'nowhere' } }))),
    );
  }
  table('read, MB/s of log', rates);
  const tails: number[] = [];
  for (let round = 0; round < 30; round++) {
    const begin = performance.now();
    await drained(suite.api.fetch('GET', `/containers/${id}/logs`, { query: { tail: 100 } }));
    tails.push(performance.now() - begin);
  }
  rows.push(`last 100 lines of ${BYTES / MIB} MiB, ms        median ${at(tails, 0.5).toFixed(1)}   p90 ${at(tails, 0.9).toFixed(1)}`);
  expect(tails).toHaveLength(30);
});

it('tells whoever follows', { timeout: 120_000 }, async () => {
  const floor = await stampsByPipe();
  const { id } = await prepared(`stamps ${STAMPS} ${STAMP_EVERY_US}`, { maxBytes: 16 * MIB, maxFiles: 5 });
  const delays: number[] = [];
  for await (const message of suite.api.containers.logs(id, { follow: true, timestamps: false })) {
    if (message.type === 'line') delays.push(microsSince(message.text));
  }
  for (const [name, all] of [['pipe to node', floor] as const, ['keelson, REST', delays] as const]) {
    rows.push(
      `followed, µs   ${name.padEnd(28)} median ${at(all, 0.5).toFixed(0).padStart(6)}   p99 ${at(all, 0.99).toFixed(0).padStart(6)}`,
    );
  }
  expect(delays).toHaveLength(STAMPS);
});

function intoPipe(reader: string): number {
  const out = execFileSync('sh', ['-c', `"$0" lines ${BYTES} 2>${home}/ns | ${reader}; cat ${home}/ns`, writer], { encoding: 'utf8' });
  return rateOf(out);
}

const rateOf = (line: string) => BYTES / 1e6 / (Number(/ns (\d+)/.exec(line)?.[1]) / 1e9);

/** A container in which our writer runs, from the moment on at which it is there. */
async function prepared(args: string, log: { maxBytes: number; maxFiles: number }): Promise<{ id: string }> {
  const script = `until [ -e /go ]; do sleep 0.01; done; exec /writer ${args}`;
  const container = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', script],
    network: 'none',
    log,
    start: true,
  });
  const upload = 'base64 -d > /writer && chmod 755 /writer && touch /go';
  const stdin = readFileSync(writer).toString('base64');
  const { exitCode, stderr } = await suite.api.containers.exec(container.id, { command: ['sh', '-c', upload], stdin });
  if (exitCode !== 0) throw new Error(stderr);
  return container;
}

async function ingest(log: { maxBytes: number; maxFiles: number }): Promise<{ id: string; rate: number }> {
  const { id } = await prepared(`lines ${BYTES}`, log);
  const { exitCode } = await suite.api.containers.wait(id);
  if (exitCode !== 0) throw new Error(`the writer exited with ${exitCode}`);
  return { id, rate: rateOf(await lastLine(id)) };
}

async function lastLine(id: string): Promise<string> {
  let text = '';
  for await (const message of suite.api.containers.logs(id, { tail: 2, search: 'ns ' })) if (message.type === 'line') text = message.text;
  return text;
}

async function timed(run: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  await run();
  return BYTES / 1e6 / ((performance.now() - begin) / 1000);
}

async function drained(answer: Promise<Response>): Promise<number> {
  let bytes = 0;
  for await (const chunk of (await answer).body ?? []) bytes += chunk.length;
  return bytes;
}

async function rawByHttp(path: string): Promise<number> {
  const server = createServer((_request, response) => createReadStream(path, { highWaterMark: 256 * 1024 }).pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const begin = performance.now();
  const bytes = await drained(fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  const seconds = (performance.now() - begin) / 1000;
  await new Promise((resolve) => server.close(resolve));
  expect(bytes).toBe(statSync(path).size);
  return bytes / 1e6 / seconds;
}

async function stampsByPipe(): Promise<number[]> {
  const child = spawn(writer, ['stamps', String(STAMPS), String(STAMP_EVERY_US)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const delays: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) delays.push(microsSince(line));
  return delays;
}

const microsSince = (nanoseconds: string) => (performance.timeOrigin + performance.now()) * 1000 - Number(nanoseconds) / 1000;

function table(what: string, rates: ReadonlyMap<string, readonly number[]>): void {
  for (const [name, all] of rates) rows.push(`${what.padEnd(20)} ${name.padEnd(28)} median ${at(all, 0.5).toFixed(0).padStart(6)}`);
}

function at(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
