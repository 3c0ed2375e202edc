import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { ExecRequest } from '../../../domain/containers/containers.ports.js';
import type { OciProcess } from './oci.js';
import { rlimits } from './rlimits.js';
import { capabilitiesOf } from './security.js';
import type { ResolvedUser } from './user.js';

/** In the container's own /dev, where it hides nothing of the image. */
export const INIT_PATH = '/dev/init';

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** PID 1 of a container. */
export function initProcess(config: ContainerConfig, user: ResolvedUser): OciProcess {
  return {
    terminal: config.tty,
    args: config.init ? [INIT_PATH, '--', ...config.command] : config.command,
    env: environment(config, { user, tty: config.tty }),
    cwd: config.workingDir || '/',
    ...confinement(config, user),
  };
}

/** A further process in a running container: the container's environment and directory unless the request says otherwise. */
export function execProcess(config: ContainerConfig, user: ResolvedUser, request: ExecRequest): OciProcess {
  const own = Object.entries(request.env ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    terminal: request.tty !== undefined,
    ...(request.tty && { consoleSize: { height: request.tty.rows, width: request.tty.cols } }),
    args: request.command,
    env: environment({ ...config, env: [...config.env, ...own] }, { user, tty: request.tty !== undefined }),
    cwd: request.workingDir ?? (config.workingDir || '/'),
    ...confinement(config, user),
  };
}

type Confinement = Pick<OciProcess, 'user' | 'capabilities' | 'rlimits' | 'noNewPrivileges' | 'oomScoreAdj'>;

/** The same for PID 1 and for what joins it later. */
function confinement({ resources, security }: ContainerConfig, { uid, gid, additionalGids }: ResolvedUser): Confinement {
  return {
    user: { uid, gid, additionalGids, umask: 0o022 },
    capabilities: capabilitiesOf(security),
    rlimits: rlimits(resources.ulimits),
    noNewPrivileges: security.noNewPrivileges,
    ...(resources.oomScoreAdj !== undefined && { oomScoreAdj: resources.oomScoreAdj }),
  };
}

/** Docker's defaults first, then what image and user say; a later entry of a name takes the place of an earlier one. */
function environment(config: Pick<ContainerConfig, 'env' | 'hostname'>, how: { user: ResolvedUser; tty: boolean }): string[] {
  const merged = new Map<string, string>();
  const defaults = [DEFAULT_PATH, `HOSTNAME=${config.hostname}`, ...(how.tty ? ['TERM=xterm'] : []), `HOME=${how.user.home}`];
  for (const entry of [...defaults, ...config.env]) {
    const equals = entry.indexOf('=');
    // Without a name or without "=" it is no assignment; some runtimes would take the host's value then (R6).
    if (equals > 0) merged.set(entry.slice(0, equals), entry);
  }
  return [...merged.values()];
}
