import type { Container, ContainerConfig } from '../../../domain/containers/container.js';
import type { JoinedPids } from '../../../domain/containers/containers.ports.js';
import type { VendorEdits } from '../../cdi/vendor-edits.js';
import type { ContainerPaths } from '../container-paths.js';
import type { Devices } from './block-io.js';
import { deviceNodes } from './devices.js';
import { mounts } from './mounts.js';
import { idMappings, namespaces, sysctls, timeOffsets } from './namespaces.js';
import type { OciMount, OciSpec, SeccompProfile } from './oci.js';
import { INIT_PATH, initProcess } from './process.js';
import { resources } from './resources.js';
import { seccompOf } from './seccomp.js';
import { MASKED_PATHS, READONLY_PATHS } from './security.js';
import type { ResolvedUser } from './user.js';
import { userMounts } from './user-mounts.js';
import { noteOf, withVendorEnv, withVendorGroups, withVendorMounts, withVendorNodes } from './vendor.js';

/** What the host and its files add to a container's record. */
export interface SpecSurroundings {
  readonly user: ResolvedUser;
  readonly paths: ContainerPaths;
  readonly seccomp: SeccompProfile;
  /** The host's device nodes that the container's limits name. */
  readonly devices: Devices;
  readonly vendor: VendorEdits;
  /** The host's copy of the small process 1. */
  readonly init: string;
  /** Host pid of process 1 of the container whose network is used. */
  readonly joinedPid: number | null;
  readonly joined: JoinedPids;
  /** Paths to mask that exist on some hosts only, such as each CPU's thermal_throttle. */
  readonly hostMaskedPaths: readonly string[];
}

/** From a container to its OCI runtime spec. Pure: the same record gives the same document. */
export function buildConfig(container: Container, around: SpecSurroundings): OciSpec {
  const { uidBase } = container;
  const { vendor } = around;
  const config = withVendorEnv(container.config, vendor);
  const { privileged } = config.security;
  const seccomp = seccompOf(config.security, around.seccomp);
  return {
    ociVersion: '1.2.0',
    process: initProcess(config, withVendorGroups(around.user, vendor)),
    root: { path: around.paths.rootfs, readonly: config.readonlyRootfs },
    hostname: config.namespaces.uts === 'private' ? config.hostname : '',
    mounts: [...mounts(config, around.paths), ...initMount(config, around), ...withVendorMounts(userMounts(config.mounts), vendor)],
    linux: {
      namespaces: namespaces(config, { network: around.joinedPid, others: around.joined }),
      ...timeOffsets(config.timeOffsets),
      uidMappings: idMappings(uidBase),
      gidMappings: idMappings(uidBase),
      devices: withVendorNodes(deviceNodes(config, around.devices), vendor, around.user),
      sysctl: { ...sysctls(config.network), ...config.sysctls },
      cgroupsPath: container.cgroupPath,
      resources: resources(config, around.devices, vendor.rules),
      ...(seccomp && { seccomp }),
      rootfsPropagation: 'private',
      maskedPaths: privileged ? [] : [...MASKED_PATHS, ...around.hostMaskedPaths],
      readonlyPaths: privileged ? [] : READONLY_PATHS,
    },
    annotations: noteOf(vendor),
  };
}

/** Read-only, and of the host's root, who has no place inside: the container cannot change what other containers run. */
function initMount({ init }: Pick<ContainerConfig, 'init'>, around: Pick<SpecSurroundings, 'init'>): OciMount[] {
  return init
    ? [{ destination: INIT_PATH, type: 'bind', source: around.init, options: ['bind', 'rprivate', 'ro', 'nosuid', 'nodev'] }]
    : [];
}
