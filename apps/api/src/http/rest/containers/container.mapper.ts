import type { ContainerDetail, ContainerSummary, CreateContainerBody, WaitResult } from '@keelson/contracts';
import type { Container } from '../../../domain/containers/container.js';
import type { CreateRequest } from '../../../domain/containers/container-config.js';
import { healthOf } from '../../../domain/containers/health/health.js';
import type { EndedRun } from '../../../domain/containers/wait-container.js';
import { withoutUndefined } from '../without-undefined.js';
import { toDeath } from './death.mapper.js';
import { toHealth } from './health.mapper.js';
import { toDevices, toResources, toWantedResources } from './resources.mapper.js';

export function toContainerSummary(container: Container): ContainerSummary {
  const { config, run } = container;
  return {
    id: container.id,
    name: container.name,
    image: config.image,
    imageId: config.imageId,
    command: [...config.command],
    state: container.state,
    healthStatus: healthOf(container)?.status ?? null,
    exitCode: run.exitCode,
    oomKilled: run.oomKilled,
    createdAt: container.createdAt.toISOString(),
    startedAt: toTimestamp(run.startedAt),
    finishedAt: toTimestamp(run.finishedAt),
    ports: [...container.ports],
    labels: config.labels,
    resources: toResources(config.resources),
  };
}

export function toContainerDetail(container: Container, rootfsUsedBytes: number | null = null): ContainerDetail {
  const { config, run } = container;
  return {
    ...toContainerSummary(container),
    pid: run.pid,
    error: run.error,
    restartCount: container.restartCount,
    env: [...config.env],
    workingDir: config.workingDir,
    user: config.user,
    hostname: config.hostname,
    tty: config.tty,
    openStdin: config.openStdin,
    sysctls: { ...config.sysctls },
    devices: [...config.devices],
    deviceRules: [...config.deviceRules],
    gpus: typeof config.gpus === 'object' && config.gpus ? { devices: [...config.gpus.devices] } : config.gpus,
    cdiDevices: [...config.cdiDevices],
    restartPolicy: config.restartPolicy,
    log: config.log,
    stopSignal: config.stopSignal,
    stopTimeoutSeconds: config.stopTimeoutSeconds,
    init: config.init,
    readonlyRootfs: config.readonlyRootfs,
    rootfs: { keptBy: config.rootfsBackend, usedBytes: rootfsUsedBytes },
    mounts: [...config.mounts],
    security: toSecurity(config.security),
    namespaces: config.namespaces,
    timeOffsets: config.timeOffsets,
    healthcheck: config.healthcheck && { ...config.healthcheck, command: [...config.healthcheck.command] },
    health: toHealth(healthOf(container)),
    lastDeath: container.lastDeath ? toDeath(container.lastDeath) : null,
    network: toNetwork(container),
    hostUidBase: container.uidBase,
    cgroupPath: container.cgroupPath,
  };
}

function toSecurity(security: Container['config']['security']): ContainerDetail['security'] {
  // A profile of one's own was of the contract when it came in.
  const seccomp = security.seccomp as ContainerDetail['security']['seccomp'];
  return { ...security, seccomp, addCapabilities: [...security.addCapabilities], dropCapabilities: [...security.dropCapabilities] };
}

function toNetwork({ config, lease }: Container): ContainerDetail['network'] {
  return {
    mode: config.network,
    ipv4: lease?.ipv4 ?? null,
    ipv6: lease?.ipv6 ?? null,
    gatewayIpv4: lease?.gatewayIpv4 ?? null,
    gatewayIpv6: lease?.gatewayIpv6 ?? null,
    macAddress: lease?.mac ?? null,
  };
}

export function toWaitResult({ exitCode, oomKilled, finishedAt }: EndedRun): WaitResult {
  return { exitCode, oomKilled, finishedAt: finishedAt.toISOString() };
}

export function toCreateRequest(body: CreateContainerBody): CreateRequest {
  const { env = {}, resources = {}, ports, restartPolicy, mounts, devices, timeOffsets, ...rest } = body;
  const wanted = ports.map(({ hostAddress = null, hostPort = 0, containerPort, protocol }) => ({
    hostAddress,
    hostPort,
    containerPort,
    protocol,
  }));
  return {
    ...withoutUndefined(rest),
    env,
    resources: toWantedResources(resources),
    devices: toDevices(devices),
    ports: wanted,
    restartPolicy: withoutUndefined(restartPolicy),
    mounts: mounts.map(toWantedMount),
    timeOffsets: timeOffsets && withoutUndefined(timeOffsets),
  };
}

function toWantedMount(mount: CreateContainerBody['mounts'][number]): CreateRequest['mounts'][number] {
  return mount.type === 'image' ? { ...withoutUndefined(mount), imageId: '' } : withoutUndefined(mount);
}

function toTimestamp(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
