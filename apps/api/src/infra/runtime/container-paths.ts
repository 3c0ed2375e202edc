import { join } from 'node:path';

/** Everything of one container on disk (docs/architecture.md, "Directories of one instance"). */
export interface ContainerPaths {
  /** The bundle: config.json and launch.json lie in it. */
  readonly home: string;
  readonly upper: string;
  readonly work: string;
  /** Instead of both, where the container has an image file. */
  readonly image: string;
  readonly logs: string;
  readonly exitFile: string;
  readonly resolvConf: string;
  readonly hosts: string;
  readonly hostname: string;
  /** Run-time files; the supervisor makes and removes it. */
  readonly run: string;
  readonly control: string;
  /** Where the supervisor puts the overlay, in a mount namespace of its own. */
  readonly rootfs: string;
}

export function containerPaths(base: { readonly root: string; readonly run: string }, id: string): ContainerPaths {
  const home = join(base.root, 'containers', id);
  const run = join(base.run, 'c', id);
  return {
    home,
    upper: join(home, 'upper'),
    work: join(home, 'work'),
    image: join(home, 'rootfs.img'),
    logs: join(home, 'logs'),
    exitFile: join(home, 'exit.json'),
    resolvConf: join(home, 'resolv.conf'),
    hosts: join(home, 'hosts'),
    hostname: join(home, 'hostname'),
    run,
    control: join(run, 'ctl'),
    rootfs: join(run, 'mnt', 'rootfs'),
  };
}
