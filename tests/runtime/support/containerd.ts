import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';
import { command, type Ended, groupsBelow, KEELSON, makeRootfs } from './bundles.js';

/** Debian's containerd with roots and a socket of its own, asked by its client `ctr` to use our runtime. */
export class Containerd {
  readonly #work = mkdtempSync('/tmp/ocic-');
  readonly #namespace = `oci-ctr-${process.pid}`;
  #daemon: ChildProcess | undefined;

  async start(): Promise<void> {
    makeRootfs(join(this.#work, 'rootfs'));
    const config = join(this.#work, 'config.toml');
    writeFileSync(
      config,
      `version = 2\nroot = "${this.#work}/root"\nstate = "${this.#work}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n` +
        `[grpc]\naddress = "${this.#work}/c.sock"\n[ttrpc]\naddress = "${this.#work}/t.sock"\n`,
    );
    const log = openSync(join(this.#work, 'log'), 'w');
    this.#daemon = spawn('containerd', ['--config', config], { stdio: ['ignore', log, log] });
    await until(
      () => this.act('version'),
      ({ code }) => code === 0,
    );
  }

  async run(id: string, args: readonly string[], ...options: readonly string[]): Promise<Ended> {
    const ours = ['--runc-binary', KEELSON, '--runc-root', join(this.#work, 'runtime'), '--env', 'PATH=/bin'];
    return this.act('run', ...ours, ...options, '--rootfs', join(this.#work, 'rootfs'), id, ...args);
  }

  async act(...args: readonly string[]): Promise<Ended> {
    return command('ctr', ['--address', join(this.#work, 'c.sock'), '--namespace', this.#namespace, ...args]);
  }

  async close(): Promise<void> {
    this.#daemon?.kill('SIGTERM');
    if (this.#daemon && this.#daemon.exitCode === null) await once(this.#daemon, 'exit');
    for (const group of groupsBelow(`/${this.#namespace}`)) rmdirSync(group);
    rmSync(this.#work, { recursive: true, force: true });
  }
}
