import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const RUN = join(import.meta.dirname, '../../scripts/run.mjs');
const NOBODY = 65_534;

/** The real bootstrap, in an environment of its own, so that nothing of the tests' PATH or settings reaches it. */
function start(env: Record<string, string>, uid?: number, within: readonly string[] = [], options: readonly string[] = []) {
  const [program = '', ...words] = [...within, process.execPath, ...options, RUN, 'start'];
  const { status, stdout, stderr } = spawnSync(program, words, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    encoding: 'utf8',
    timeout: 30_000,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { status, lines: stderr.trim().split('\n'), stdout };
}

describe('npm start refuses in one sentence that says what to do', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'keelson-bootstrap-'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  /** Only the named tools, so that the others are missing. */
  function pathWith(...tools: string[]) {
    for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(home, tool));
    return home;
  }

  it('when Node is too old', () => {
    const aged = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } })";
    const { status, lines } = start({}, undefined, [], ['--import', `data:text/javascript,${encodeURIComponent(aged)}`]);
    expect(lines).toEqual(['keelson: Node 18.19.0 is too old; install Node 20 or newer (https://nodejs.org)']);
    expect(status).toBe(1);
  });

  it.skipIf(process.getuid?.() !== 0)('when the user is not root', () => {
    const { status, lines } = start({}, NOBODY);
    expect(lines).toEqual(['keelson: containers need root; run "sudo npm start"']);
    expect(status).toBe(1);
  });

  // setarch(8) can make a process see its kernel under a version of the 2.6 line.
  it.skipIf(process.getuid?.() !== 0)('when the kernel is too old', () => {
    const { status, lines } = start({}, undefined, ['setarch', '--uname-2.6']);
    expect(lines).toEqual([
      expect.stringMatching(/^keelson: Linux 2\.6\.\d+\S* is too old; Keelson needs 6\.1 or newer \(Debian 12, Ubuntu 24\.04\)$/),
    ]);
    expect(status).toBe(1);
  });

  // The number of user namespaces is a setting of each user namespace (namespaces(7)); here it is that of a new one.
  it.skipIf(process.getuid?.() !== 0)('when user namespaces are off', () => {
    const off = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const { status, lines } = start({}, undefined, ['unshare', '--user', '--map-root-user', 'sh', '-c', off, 'sh']);
    expect(lines).toEqual(['keelson: user namespaces are off; turn them on with: sysctl -w user.max_user_namespaces=65536']);
    expect(status).toBe(1);
  });

  it('when the compiler is missing, with the line that installs it', () => {
    const { status, lines } = start({ PATH: pathWith('make', 'python3') });
    expect(lines).toEqual(['keelson: g++ not found; install with: apt-get install -y g++']);
    expect(status).toBe(1);
  });

  it('when several tools are missing, naming all of them at once', () => {
    const { status, lines } = start({ PATH: pathWith() });
    expect(lines).toEqual(['keelson: g++, make, python3 not found; install with: apt-get install -y g++ make python3']);
    expect(status).toBe(1);
  });

  it('when the port is in use, and leaves no state root behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const listen = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const root = join(home, 'root');
    const { status, lines } = start({ KEELSON_LISTEN: listen, KEELSON_ROOT: root });
    server.close();
    expect(lines).toEqual([`keelson: cannot listen on ${listen}: the port is in use; set KEELSON_LISTEN to another host:port`]);
    expect(status).toBe(1);
    expect(existsSync(root)).toBe(false);
  });

  it.each(['7070', 'localhost', '127.0.0.1:99999', 'http://127.0.0.1:7070'])('when KEELSON_LISTEN is "%s"', (listen) => {
    const { status, lines } = start({ KEELSON_LISTEN: listen });
    expect(lines).toEqual([`keelson: KEELSON_LISTEN is "${listen}"; write it as host:port, for example 127.0.0.1:7070`]);
    expect(status).toBe(1);
  });
});
