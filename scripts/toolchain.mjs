// The pinned tools: pnpm under .toolchain, everything else (Node included) from the lockfile. Nothing here needs more
// than the Node that npm runs on and its standard library.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, say } from './fail.mjs';
import { ROOT } from './root.mjs';
import { fingerprint, isFresh, markFresh } from './stamps.mjs';

const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const PNPM_VERSION = packageManager.split('@')[1];
const PNPM_HOME = join(ROOT, '.toolchain');
const PNPM_PACKAGE = join(PNPM_HOME, 'node_modules', 'pnpm');

/** Runs a command in the checkout with the pinned tools first on PATH; ends the program with a sentence when it fails. */
export function run(command, args, { env = {}, cwd = ROOT, quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    env: { ...process.env, ...toolEnvironment(), ...env },
  });
  if (result.error) fail(`cannot run ${command}: ${result.error.message}`);
  if (result.status === 0) return;
  if (quiet) process.stderr.write(Buffer.concat([result.stdout, result.stderr]));
  fail(`"${[command, ...args].join(' ')}" failed (exit status ${result.status ?? result.signal})`);
}

/** Directory of the pinned Node: `bin/node`, and `include/node` for native code. */
export function nodeHome() {
  const name = `node-linux-${process.arch}`;
  const home = join(ROOT, 'node_modules', name);
  if (!existsSync(join(home, 'bin', 'node'))) fail(`${name} is not installed; only x64 and arm64 Linux are supported`);
  return home;
}

export const nodeBinary = () => join(nodeHome(), 'bin', 'node');

function toolEnvironment() {
  const own = [join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin'), join(ROOT, 'node_modules', '.bin')];
  return { PATH: [...own, process.env.PATH].join(delimiter), NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
}

/** Installs pnpm once and the workspace whenever the lockfile or a manifest changed. */
export function install() {
  installPnpm();
  const inputs = fingerprint([
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'apps/*/package.json',
    'packages/*/package.json',
    'tests/package.json',
  ]);
  if (isFresh('install', inputs) && existsSync(join(ROOT, 'node_modules', '.bin'))) return;
  say('installing packages');
  pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true });
  markFresh('install', inputs);
}

export function pnpm(args, options) {
  installPnpm();
  run(join(PNPM_PACKAGE, 'pnpm'), args, options);
}

function installPnpm() {
  if (installedPnpmVersion() === PNPM_VERSION) return;
  rmSync(PNPM_HOME, { recursive: true, force: true });
  run('npm', ['install', '--prefix', PNPM_HOME, '--no-audit', '--no-fund', '--loglevel=error', `pnpm@${PNPM_VERSION}`], {
    cwd: '/',
    quiet: true,
  });
  // Puts the native program in place where npm is configured not to run install scripts.
  run(process.execPath, ['install.js'], { cwd: PNPM_PACKAGE, quiet: true });
}

function installedPnpmVersion() {
  try {
    return JSON.parse(readFileSync(join(PNPM_PACKAGE, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
