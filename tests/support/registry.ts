import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptGet } from './apt.js';
import { CACHE } from './paths.js';
import { freePort } from './ports.js';

/** On a machine with emulated processors it takes its time. */
const ANSWER_MS = 60_000;
const run = promisify(execFile);

export interface DockerRegistry {
  /** `127.0.0.1:port`, plain HTTP. */
  readonly host: string;
  close(): Promise<void>;
}

interface RegistryOptions {
  /** Only USER may push and pull. */
  readonly auth?: boolean;
  /** A storage directory that outlives the registry; absent: one of its own, removed on close. */
  readonly storage?: string;
}

/** The user of a registry started with `auth: true`. */
export const USER = { username: 'ali', password: 'open sesame' };
// bcrypt of the password above: the registry reads nothing else.
const HTPASSWD = `${USER.username}:$2b$04$N7kR6f2Y5U0nmxhi4EUyfe7Mu7en/YLBjA5Esxb5aLTEenUr0GYPy\n`;

/** Starts Debian's docker-registry on a free loopback port. */
export async function startDockerRegistry({ auth = false, storage }: RegistryOptions = {}): Promise<DockerRegistry> {
  const binary = await findBinary();
  const root = await mkdtemp(join(tmpdir(), 'keelson-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(root, 'htpasswd'), HTPASSWD);
  await writeFile(join(root, 'config.yml'), config(storage ?? join(root, 'data'), host, auth ? join(root, 'htpasswd') : undefined));
  const child = spawn(binary, ['serve', join(root, 'config.yml')], { stdio: 'ignore', env: { OTEL_TRACES_EXPORTER: 'none' } });
  const exited = once(child, 'exit');
  await answering(host, child);
  return {
    host,
    async close() {
      child.kill('SIGKILL');
      await exited;
      await rm(root, { recursive: true, force: true });
    },
  };
}

function config(storage: string, host: string, htpasswd: string | undefined): string {
  return [
    'version: 0.1',
    'log: { level: error }',
    `storage: { filesystem: { rootdirectory: "${storage}" } }`,
    `http: { addr: "${host}" }`,
    ...(htpasswd === undefined ? [] : [`auth: { htpasswd: { realm: test, path: "${htpasswd}" } }`]),
    '',
  ].join('\n');
}

/** The installed one, or Debian's package unpacked in the checkout's cache: nothing is installed and no service is started. */
async function findBinary(): Promise<string> {
  const unpacked = join(CACHE, 'docker-registry/usr/bin/docker-registry');
  const found = ['/usr/bin/docker-registry', unpacked].find((path) => existsSync(path));
  if (found !== undefined) return found;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'download-'));
  await aptGet(['download', 'docker-registry'], { cwd: work });
  const [deb = ''] = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  await run('dpkg', ['-x', deb, 'docker-registry'], { cwd: work, timeout: 60_000 });
  // Two test files may do this at once: the one that comes second finds the name taken by an equal tree.
  await rename(join(work, 'docker-registry'), join(CACHE, 'docker-registry')).catch(() => undefined);
  await rm(work, { recursive: true, force: true });
  await access(unpacked);
  return unpacked;
}

/** The registry does not say when it listens, so it is asked until it answers. */
async function answering(host: string, child: { exitCode: number | null }): Promise<void> {
  const end = Date.now() + ANSWER_MS;
  while (Date.now() < end && child.exitCode === null) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`docker-registry does not answer on ${host}`);
}
