import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, type Ended, groupsBelow, KEELSON, makeRootfs } from './bundles.js';

/** Debian's podman with our runtime, and nothing of the host's podman: storage, state and groups of its own. */
export class Podman {
  readonly work = mkdtempSync('/tmp/ocip-');
  readonly parent = `/oci-podman-${process.pid}`;
  readonly #policy = join(this.work, 'policy.json');

  constructor() {
    writeFileSync(this.#policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  }

  /** Makes the image `box` of a busybox tree. */
  async makeImage(): Promise<void> {
    const root = join(this.work, 'tree');
    makeRootfs(root);
    const archive = join(this.work, 'tree.tar');
    const packed = await command('tar', ['-C', root, '-cf', archive, '.']);
    if (packed.code !== 0) throw new Error(packed.stderr);
    const made = await this.act('import', '--signature-policy', this.#policy, archive, 'box');
    if (made.code !== 0) throw new Error(made.stderr);
  }

  /** `podman run` without a network of its own, which would take tools that Debian only recommends. */
  async run(...args: readonly string[]): Promise<Ended> {
    const network = args.includes('--network') ? [] : ['--network', 'none'];
    return this.act('run', ...network, '--cgroup-parent', this.parent, ...args);
  }

  async act(verb: string, ...args: readonly string[]): Promise<Ended> {
    const own = ['--root', join(this.work, 'storage'), '--runroot', join(this.work, 'run'), '--tmpdir', join(this.work, 'tmp')];
    const ways = ['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'none', '--runtime', KEELSON];
    return command('podman', [...own, ...ways, verb, ...args], { env: { CONTAINERS_CONF: '/dev/null' } });
  }

  async inspect(name: string, format: string): Promise<string> {
    return (await this.act('inspect', '--format', format, name)).stdout.trim();
  }

  async close(): Promise<void> {
    await this.act('rm', '--force', '--all', '--time', '0');
    for (const group of [...groupsBelow(`${this.parent}/conmon`), ...groupsBelow(this.parent)]) rmdirSync(group);
    rmSync(this.work, { recursive: true, force: true });
  }
}
