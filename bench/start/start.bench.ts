import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Suite } from '../../tests/support/suite.js';

/**
 * Create and start to the exit being seen: `true` in busybox, no network, over the REST door of a running server, beside `crun run` and `runc run` of the same
 * root filesystem and the kernel floor of floor.cc. All take turns within one run, so that a busy minute of the host hits each of them alike.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 60);
/** Page cache, slabs and compiled JavaScript are warm in a server that has been up for a while; the last takes some fifty runs. */
const WARM_UP = 100;

const home = mkdtempSync(join(tmpdir(), 'kb-'));
const layer = join(home, 'layer');
const floor = join(home, 'floor');
const suite = new Suite({ images: ['busybox'] });

beforeAll(async () => {
  makeLayer();
  execFileSync('g++', ['-O2', '-std=c++20', '-o', floor, join(import.meta.dirname, 'floor.cc')]);
  await suite.open();
});
afterAll(async () => {
  await suite.close();
  rmSync(home, { recursive: true, force: true });
});

it('starts `true` in busybox', { timeout: 600_000 }, async () => {
  const contenders: Record<string, () => Promise<number> | number> = { floor: runFloor, keelson: runKeelson };
  // crun 1.8 refuses to run at all where some controllers are on the unified hierarchy and some are not.
  for (const runtime of isHybrid() ? ['runc'] : ['crun', 'runc']) if (hasProgram(runtime)) contenders[runtime] = () => runOci(runtime);
  const times = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const milliseconds = await run();
      if (round >= 0) times.get(name)?.push(milliseconds);
    }
  }
  report(times);
  expect([...times.values()].every((all) => all.length === ROUNDS)).toBe(true);
});

let floorRound = 0;
function runFloor(): number {
  const work = join(home, `work-${floorRound++}`);
  mkdirSync(work, { mode: 0o711 });
  return Number(execFileSync(floor, [layer, work, '1'], { encoding: 'utf8' }));
}

async function runKeelson(): Promise<number> {
  const begin = performance.now();
  const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['true'], network: 'none', start: true });
  const { exitCode } = await suite.api.containers.wait(id);
  const end = performance.now();
  if (exitCode !== 0) throw new Error(`true exited with ${exitCode}`);
  await suite.api.containers.remove(id);
  return end - begin;
}

let ociRound = 0;
function runOci(runtime: string): number {
  const bundle = join(home, `bundle-${ociRound++}`);
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(ociConfig()));
  const begin = performance.now();
  const { status, stderr } = spawnSync(
    runtime,
    ['--root', join(home, runtime), 'run', '--bundle', bundle, `kb-${process.pid}-${ociRound}`],
    { encoding: 'utf8' },
  );
  const end = performance.now();
  if (status !== 0) throw new Error(`${runtime}: ${stderr}`);
  return end - begin;
}

function makeLayer(): void {
  for (const directory of ['bin', 'proc', 'sys', 'dev']) mkdirSync(join(layer, directory), { recursive: true });
  execFileSync('cp', ['/bin/busybox', join(layer, 'bin/true')]);
  for (const directory of [home, layer]) chmodSync(directory, 0o755);
}

/** What `runc spec` writes for a process without a terminal, with a memory limit and a root that is used as it is: less work than ours. */
function ociConfig(): object {
  const mount = (destination: string, type: string, ...options: string[]) => ({ destination, type, source: type, options });
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/bin/true'], env: ['PATH=/bin'], cwd: '/', noNewPrivileges: true },
    root: { path: layer, readonly: true },
    hostname: 'bench',
    mounts: [
      mount('/proc', 'proc'),
      mount('/dev', 'tmpfs', 'nosuid', 'mode=755'),
      mount('/sys', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
    ],
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      resources: { memory: { limit: 67_108_864 }, pids: { limit: 1024 } },
    },
  };
}

function isHybrid(): boolean {
  const controllers = '/sys/fs/cgroup/unified/cgroup.controllers';
  return existsSync(controllers) && readFileSync(controllers, 'utf8').trim() !== '';
}

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  const base = median(times.get('floor') ?? []);
  const rows = [...times].map(([name, all]) => {
    const sorted = [...all].sort((a, b) => a - b);
    const cells = [sorted[0], median(all), sorted[Math.floor(sorted.length * 0.9)]].map((value) => (value ?? 0).toFixed(2).padStart(9));
    return `${name.padEnd(8)}${cells.join('')}${(median(all) / base).toFixed(1).padStart(9)}`;
  });
  process.stdout.write(
    `\n${ROUNDS} rounds, Linux ${release()}, ${cpus().length} CPUs; milliseconds\n            min   median      p90  × floor\n${rows.join('\n')}\n\n`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
