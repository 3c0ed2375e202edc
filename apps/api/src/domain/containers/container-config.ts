import type { WantedPrivilege } from '../access/privileges.js';
import { type Gpus, wantsCdi } from '../cdi/cdi.js';
import { DomainError } from '../errors.js';
import type { NetworkMode } from '../networks/networks.js';
import type { WantedPort } from '../networks/networks.ports.js';
import type { ContainerConfig, ContainerMount, LogCaps, RestartPolicy } from './container.js';
import type { RunnableImage } from './containers.ports.js';
import type { Device } from './devices.js';
import { chosenHealthcheck, type Healthcheck } from './health/health.js';
import { checkLogCaps, DEFAULT_LOG_CAPS } from './log-caps.js';
import { checkedMounts } from './mounts.js';
import { isJoined, type NamespaceModes, namespacePrivileges, type TimeOffsets } from './namespaces.js';
import type { Resources } from './resources.js';
import type { RootfsBackend } from './rootfs.js';
import { checkedSecurity, privilegesOf, type WantedSecurity } from './security.js';
import { signalNumber } from './signals.js';
import { checkSysctls, type Sysctls } from './sysctls.js';

/** What a user asks for; absent fields come from the image. */
export interface CreateRequest {
  readonly name?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly hostname?: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly resources: Resources;
  readonly sysctls: Sysctls;
  readonly devices: readonly Device[];
  readonly deviceRules: readonly string[];
  readonly gpus: Gpus | null;
  readonly cdiDevices: readonly string[];
  readonly ports: readonly WantedPort[];
  readonly network: NetworkMode;
  readonly restartPolicy: RestartPolicy;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: DEFAULT_LOG_CAPS. */
  readonly log?: LogCaps;
  /** Absent: the image's. */
  readonly stopSignal?: string;
  readonly stopTimeoutSeconds: number;
  readonly init: boolean;
  readonly readonlyRootfs: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly security: WantedSecurity;
  readonly namespaces: NamespaceModes;
  readonly timeOffsets: TimeOffsets | null;
  /** Absent: the image's. null: none. */
  readonly healthcheck?: Healthcheck | null;
  readonly start: boolean;
}

/** Docker's default name of a host inside: the short id. */
const SHORT_ID = 12;

/** Merges the request with what the image says, as docker does. Throws `invalid_input`. */
export function completeConfig(request: CreateRequest, image: RunnableImage, id: string, rootfsBackend: RootfsBackend): ContainerConfig {
  checkPolicy(request.restartPolicy);
  checkPorts(request);
  checkSysctls(request.sysctls, request);
  const log = request.log ?? DEFAULT_LOG_CAPS;
  checkLogCaps(log);
  const { config } = image;
  return {
    image: request.image,
    imageId: image.id,
    command: argv(request, image),
    env: environment(config.env, request.env),
    workingDir: request.workingDir ?? (config.workingDir || '/'),
    user: request.user ?? config.user,
    hostname: request.hostname ?? id.slice(0, SHORT_ID),
    tty: request.tty,
    openStdin: request.openStdin,
    resources: request.resources,
    sysctls: request.sysctls,
    devices: request.devices,
    deviceRules: request.deviceRules,
    gpus: request.gpus,
    cdiDevices: request.cdiDevices,
    ports: request.ports,
    network: request.network,
    restartPolicy: request.restartPolicy,
    labels: { ...config.labels, ...request.labels },
    log,
    stopSignal: request.stopSignal === undefined ? imageStopSignal(config.stopSignal) : checkedSignal(request.stopSignal),
    stopTimeoutSeconds: request.stopTimeoutSeconds,
    init: request.init,
    readonlyRootfs: request.readonlyRootfs,
    rootfsBackend,
    mounts: checkedMounts(request.mounts),
    security: checkedSecurity(request.security),
    namespaces: request.namespaces,
    timeOffsets: request.timeOffsets,
    healthcheck: chosenHealthcheck(request.healthcheck, config.healthcheck),
  };
}

/** What the completed config takes down of the walls to the host. */
export function configPrivileges(config: ContainerConfig): WantedPrivilege[] {
  const { network, namespaces, security, devices, deviceRules, mounts } = config;
  const ofHost = network === 'host' ? [{ privilege: 'host-network', field: 'network' } as const] : [];
  const hasDevices = devices.length > 0 || deviceRules.length > 0;
  const ofDevices = hasDevices ? [{ privilege: 'devices', field: 'devices' } as const] : [];
  const ofVendors = wantsCdi(config) ? [{ privilege: 'cdi-devices', field: 'cdiDevices' } as const] : [];
  const ofFiles = mounts.some(({ type }) => type === 'bind') ? [{ privilege: 'bind-mounts', field: 'mounts' } as const] : [];
  return [...ofDevices, ...ofVendors, ...ofFiles, ...privilegesOf(security), ...ofHost, ...namespacePrivileges(namespaces)];
}

/** An own entrypoint drops the image's command too: that was made for the image's entrypoint. */
function argv(request: CreateRequest, { config }: RunnableImage): string[] {
  const entrypoint = request.entrypoint ?? config.entrypoint;
  const command = request.command ?? (request.entrypoint ? [] : config.cmd);
  const both = [...entrypoint, ...command];
  if (!both[0]) {
    throw new DomainError('invalid_input', `image ${request.image} names no program to run; give a command`, { field: 'command' });
  }
  return both;
}

function environment(ofImage: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const entries = ofImage.filter((entry) => entry.indexOf('=') > 0 && !(entry.slice(0, entry.indexOf('=')) in own));
  return [...entries, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)];
}

/** An image's stop signal is untrusted text: what is no signal counts as none. */
function imageStopSignal(ofImage: string | null): string {
  if (!ofImage) return 'SIGTERM';
  try {
    return checkedSignal(ofImage);
  } catch {
    return 'SIGTERM';
  }
}

function checkedSignal(signal: string): string {
  signalNumber(signal, 'stopSignal');
  return signal;
}

export function checkPolicy({ name, maximumRetryCount }: RestartPolicy): void {
  if (name !== 'on-failure' && maximumRetryCount) {
    throw new DomainError('invalid_input', `a number of retries goes with the restart policy on-failure, not with ${name}`, {
      field: 'restartPolicy.maximumRetryCount',
    });
  }
}

function checkPorts({ network, ports }: CreateRequest): void {
  if (network === 'bridge' || ports.length === 0) return;
  const notOwn = isJoined(network) ? 'publish them with the container whose network it uses' : 'it has no network';
  const why = network === 'host' ? 'its ports are the host’s own already' : notOwn;
  throw new DomainError('invalid_input', `ports cannot be published in network mode ${network}: ${why}; use bridge`, { field: 'ports' });
}
