import type { Container, ContainerConfig, ContainerRun, ContainerState } from '../../domain/containers/container.js';
import type { DeathRequest } from '../../domain/containers/deaths/death.js';
import type { Health, Probe } from '../../domain/containers/health/health.js';
import { DEFAULT_LOG_CAPS } from '../../domain/containers/log-caps.js';
import { OWN_NAMESPACES } from '../../domain/containers/namespaces.js';
import { DEFAULT_SECURITY } from '../../domain/containers/security.js';
import type { Container as Row } from './generated/sqlite/client.js';

/** What records of earlier versions do not have, as those containers were. */
const ADDED_LATER: Partial<ContainerConfig> = {
  log: DEFAULT_LOG_CAPS,
  sysctls: {},
  devices: [],
  deviceRules: [],
  gpus: null,
  cdiDevices: [],
  stopTimeoutSeconds: 10,
  init: false,
  readonlyRootfs: false,
  rootfsBackend: 'directory',
  mounts: [],
  security: DEFAULT_SECURITY,
  timeOffsets: null,
  healthcheck: null,
};

/** Deaths have an archive of their own. */
export function containerRow({ config, lease, ports, run, lastDeath, ...container }: Container): Row {
  return {
    ...container,
    config: JSON.stringify(config),
    lease: lease && JSON.stringify(lease),
    ports: JSON.stringify(ports),
    run: JSON.stringify(run),
  };
}

export function containerOf({ config, lease, ports, run, state, ...row }: Row): Container {
  return {
    ...row,
    state: state as ContainerState,
    config: configOf(JSON.parse(config)),
    lease: lease && JSON.parse(lease),
    ports: JSON.parse(ports),
    run: runOf(JSON.parse(run)),
  };
}

function configOf(stored: ContainerConfig): ContainerConfig {
  return { ...ADDED_LATER, ...stored, namespaces: { ...OWN_NAMESPACES, ...stored.namespaces } };
}

interface RunText extends Omit<ContainerRun, 'startedAt' | 'finishedAt' | 'health' | 'request'> {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly health?: Omit<Health, 'probes'> & { readonly probes: readonly ProbeText[] };
  readonly request?: Omit<DeathRequest, 'time'> & { readonly time: string };
}

interface ProbeText extends Omit<Probe, 'startedAt' | 'finishedAt'> {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** JSON has no instants. */
function runOf({ startedAt, finishedAt, health, request, ...run }: RunText): ContainerRun {
  return {
    ...run,
    startedAt: startedAt === null ? null : new Date(startedAt),
    finishedAt: finishedAt === null ? null : new Date(finishedAt),
    ...(health && { health: { ...health, probes: health.probes.map(probeOf) } }),
    ...(request && { request: { ...request, time: new Date(request.time) } }),
  };
}

function probeOf({ startedAt, finishedAt, ...probe }: ProbeText): Probe {
  return { ...probe, startedAt: new Date(startedAt), finishedAt: new Date(finishedAt) };
}
