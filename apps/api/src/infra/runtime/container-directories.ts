import { chmod, chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from '../../domain/containers/container.js';
import type { NameFiles } from '../../domain/networks/networks.ports.js';
import { isErrno } from '../../errno.js';
import { exists } from '../files/durable.js';
import { removeTree } from '../files/remove-tree.js';
import { type ContainerPaths, containerPaths } from './container-paths.js';
import type { LaunchFile } from './spec/build-launch.js';
import type { OciSpec } from './spec/oci.js';

const REMOVING = '.removing';
/** A supervisor renames its run directory to this, with its own pid, before it tells of the end: a new run may begin then. */
const RETIRED = /\.(\d+)$/;

/** The files of containers below state root and run root. */
export class ContainerDirectories {
  constructor(private readonly base: { readonly root: string; readonly run: string }) {}

  paths(id: string): ContainerPaths {
    return containerPaths(this.base, id);
  }

  /** Only the container's root reaches what lies in `upper`; everything else is ours. */
  async create({ id, uidBase }: Container): Promise<void> {
    const paths = this.paths(id);
    await mkdir(join(this.base.root, 'containers'), { recursive: true, mode: 0o711 });
    await mkdir(paths.home, { mode: 0o700 });
    await Promise.all([mkdir(paths.upper, { mode: 0o755 }), mkdir(paths.work, { mode: 0o700 }), mkdir(paths.logs, { mode: 0o700 })]);
    // The upper directory's own mode is that of the container's "/"; umask must not narrow it.
    await chmod(paths.upper, 0o755);
    await Promise.all([chown(paths.upper, uidBase, uidBase), chown(paths.work, uidBase, uidBase)]);
  }

  /** The bundle of one run: what an earlier run left of its end is gone before a new one can begin. */
  async writeBundle(container: Container, bundle: { config: OciSpec; launch: LaunchFile; names: NameFiles }): Promise<void> {
    const paths = this.paths(container.id);
    await mkdir(join(this.base.run, 'c'), { recursive: true, mode: 0o711 });
    await rm(paths.exitFile, { force: true });
    await Promise.all([
      writeFile(join(paths.home, 'config.json'), JSON.stringify(bundle.config), { mode: 0o600 }),
      writeFile(join(paths.home, 'launch.json'), JSON.stringify(bundle.launch), { mode: 0o600 }),
      writeNameFile(paths.resolvConf, bundle.names.resolvConf, container.uidBase),
      writeNameFile(paths.hosts, bundle.names.hosts, container.uidBase),
      writeNameFile(paths.hostname, `${container.config.hostname}\n`, container.uidBase),
    ]);
  }

  async hasHome(id: string): Promise<boolean> {
    return exists(this.paths(id).home);
  }

  async hasRunDirectory(id: string): Promise<boolean> {
    return exists(this.paths(id).run);
  }

  async removeRunDirectory(id: string): Promise<void> {
    await removeTree(this.paths(id).run);
  }

  /** Renamed first: whatever interrupts the removal, the rest is recognised as one. */
  async remove(id: string): Promise<void> {
    const { home } = this.paths(id);
    const going = home + REMOVING;
    // Of an interrupted removal there may be one already; a directory cannot be renamed over it.
    await removeTree(going);
    if (await exists(home)) await rename(home, going);
    await removeTree(going);
  }

  /** Ids of which something is on disk, half-removed ones included. */
  async ids(): Promise<Set<string>> {
    const [homes, runs] = await Promise.all([names(join(this.base.root, 'containers')), names(join(this.base.run, 'c'))]);
    const removing = homes.map((name) => (name.endsWith(REMOVING) ? name.slice(0, -REMOVING.length) : name));
    return new Set([...removing, ...runs.filter((name) => !RETIRED.test(name))]);
  }

  /** Run directories that a supervisor had set aside when it was killed. */
  async removeRetired(): Promise<void> {
    const runs = join(this.base.run, 'c');
    for (const name of await names(runs)) {
      const pid = RETIRED.exec(name)?.[1];
      if (pid && !(await exists(`/proc/${pid}`))) await removeTree(join(runs, name));
    }
  }
}

/** Written as Docker has them: files that the container's own root may change until its next start. */
async function writeNameFile(file: string, text: string, owner: number): Promise<void> {
  await writeFile(file, text, { mode: 0o644 });
  await chmod(file, 0o644);
  await chown(file, owner, owner);
}

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
}
