import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pullProgress } from '@keelson/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../support/images/image-registry.js';
import { type SlowRegistry, slowRegistry } from '../support/slow-registry.js';
import { useSuite } from '../support/suite.js';

const run = promisify(execFile);
const suite = useSuite();
let slow: SlowRegistry;

beforeAll(async () => {
  slow = await slowRegistry(suite.registry.host);
});
afterAll(() => slow?.close());

/** Pulls until the server dies under it, or to the end. Tells whether it came to an end. */
async function pull(reference: string, onUnpacking: () => void = () => undefined): Promise<boolean> {
  try {
    for await (const line of suite.api.lines(pullProgress, 'POST', '/images/pull', { body: { reference } })) {
      if (line.type === 'error') throw new Error(line.message);
      if (line.type === 'layer' && line.status === 'unpacking') onUnpacking();
      if (line.type === 'done') return true;
    }
  } catch (error) {
    // What fetch says of a connection that was cut.
    if (!(error instanceof TypeError)) throw error;
  }
  return false;
}

async function killAndRestart(): Promise<void> {
  await suite.server.kill9();
  await suite.startServer();
}

/** Everything of the unpacked layers: names, types, modes, owners, targets and contents. */
async function layers(): Promise<Record<string, string>> {
  const directory = join(suite.instance.root, 'images/layers');
  const script =
    '{ find . -printf "%P %y %m %U %G %l\\n" | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum; } | sha256sum';
  const sums = (await readdir(directory)).map(async (name): Promise<[string, string]> => {
    const { stdout } = await run('/bin/sh', ['-c', script], { cwd: join(directory, name, 'fs') });
    return [name, stdout.trim()];
  });
  return Object.fromEntries(await Promise.all(sums));
}

const content = async (place: string) => (await readdir(join(suite.instance.root, 'images', place), { recursive: true })).sort();

it('a pull goes on after each kill -9 of the server, fetches nothing twice, and ends in the image that an undisturbed pull gives', async () => {
  const { layers: wanted } = await testImage('python');
  const size = wanted.reduce((sum, { size: bytes }) => sum + bytes, 0);
  const reference = suite.image('python').replace(suite.registry.host, slow.host);

  const rounds = 6;
  for (let round = 0; round < rounds; round += 1) {
    const pulling = pull(reference);
    await Promise.race([slow.sent(size / (rounds + 1)), pulling]);
    await killAndRestart();
    expect(await pulling, `round ${round}`).toBe(false);
    expect(await suite.api.images.list()).toEqual([]);
    expect(await content('tmp')).toEqual([]);
  }
  for (let round = 0; round < 4; round += 1) {
    const unpacking = Promise.withResolvers<void>();
    const pulling = pull(reference, unpacking.resolve);
    await Promise.race([unpacking.promise, pulling]);
    await killAndRestart();
    // The pull may have been quicker: then the image is there, and whole as the end of this test shows.
    if (await pulling) expect(await suite.api.images.list()).toHaveLength(1);
    expect(await content('tmp')).toEqual([]);
  }
  expect(await pull(reference)).toBe(true);
  expect(slow.resumed).toBeGreaterThan(0);
  expect(slow.sentBytes).toBeLessThan(size * 1.5);
  expect(await content('incoming')).toEqual(['default']);

  const disturbed = await layers();
  const { result } = await suite.api.run({ image: reference, command: ['-c', 'print("whole")'], network: 'none' });
  expect(result.exitCode).toBe(0);
  await suite.removeContainers();
  await suite.api.images.remove(reference);
  expect(await layers()).toEqual({});
  expect((await content('blobs')).filter((name) => name.includes('/'))).toEqual([]);
  await suite.api.pulled(suite.image('python'));
  expect(await layers()).toEqual(disturbed);
}, 120_000);
