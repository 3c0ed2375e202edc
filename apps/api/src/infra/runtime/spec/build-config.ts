import type { Container, ContainerConfig } from '../../../domain/containers/container.js';
import type { ContainerPaths } from '../container-paths.js';
import type { Devices } from './block-io.js';
import { deviceNodes } from './devices.js';
import { mounts } from './mounts.js';
import { idMappings, namespaces, sysctls } from './namespaces.js';
import type { OciMount, OciSpec, SeccompProfile } from './oci.js';
import { INIT_PATH, initProcess } from './process.js';
import { resources } from './resources.js';
import { seccompOf } from './seccomp.js';
import { MASKED_PATHS, READONLY_PATHS } from './security.js';
import type { ResolvedUser } from './user.js';
import { userMounts } from './user-mounts.js';

/** What the host and its files add to a container's record. */
export interface SpecSurroundings {
  readonly user: ResolvedUser;
  readonly paths: ContainerPaths;
  readonly seccomp: SeccompProfile;
  /** The host's device nodes that the container's limits name. */
  readonly devices: Devices;
  /** The host's copy of the small process 1. */
  readonly init: string;
  /** Host pid of process 1 of the container whose network is used. */
  readonly joinedPid: number | null;
  /** Paths to mask that exist on some hosts only, such as each CPU's thermal_throttle. */
  readonly hostMaskedPaths: readonly string[];
}

/** From a container to its OCI runtime spec. Pure: the same record gives the same document. */
export function buildConfig(container: Container, around: SpecSurroundings): OciSpec {
  const { config, uidBase } = container;
  const { privileged } = config.security;
  const seccomp = seccompOf(config.security, around.seccomp);
  return {
    ociVersion: '1.2.0',
    process: initProcess(config, around.user),
    root: { path: around.paths.rootfs, readonly: config.readonlyRootfs },
    hostname: config.namespaces.uts === 'host' ? '' : config.hostname,
    mounts: [...mounts(config, around.paths), ...initMount(config, around), ...userMounts(config.mounts)],
    linux: {
      namespaces: namespaces(config, around.joinedPid),
      uidMappings: idMappings(uidBase),
      gidMappings: idMappings(uidBase),
      devices: deviceNodes(config, around.devices),
      sysctl: { ...sysctls(config.network), ...config.sysctls },
      cgroupsPath: container.cgroupPath,
      resources: resources(config, around.devices),
      ...(seccomp && { seccomp }),
      rootfsPropagation: 'private',
      maskedPaths: privileged ? [] : [...MASKED_PATHS, ...around.hostMaskedPaths],
      readonlyPaths: privileged ? [] : READONLY_PATHS,
    },
  };
}

/** Read-only, and of the host's root, who has no place inside: the container cannot change what other containers run. */
function initMount({ init }: Pick<ContainerConfig, 'init'>, around: Pick<SpecSurroundings, 'init'>): OciMount[] {
  return init
    ? [{ destination: INIT_PATH, type: 'bind', source: around.init, options: ['bind', 'rprivate', 'ro', 'nosuid', 'nodev'] }]
    : [];
}
