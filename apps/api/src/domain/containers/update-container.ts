import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { DomainError } from '../errors.js';
import { type ConfigChange, changedConfig, fieldsForRestart } from './config-change.js';
import type { Container, ContainerConfig } from './container.js';
import { checkPolicy } from './container-config.js';
import { containerEvent } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerHost, ContainerRuntime } from './containers.ports.js';
import { devicePaths } from './device-paths.js';
import { checkDevices, checkDevicesExist } from './devices.js';
import { checkIoDevices } from './limits/io.js';
import { checkLimits } from './limits.js';
import { checkRootfsChange } from './rootfs.js';
import { RootfsPromises } from './rootfs-promises.js';
import { checkSysctls } from './sysctls.js';

export interface UpdateRequest {
  readonly change: ConfigChange;
  /** What is to happen to fields that a running container cannot take. */
  readonly whenRestartNeeded: 'refuse' | 'record';
}

export interface Updated {
  readonly container: Container;
  /** Fields that take effect at the next start. */
  readonly requiresRestart: readonly string[];
}

@Injectable()
export class UpdateContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly runtime: ContainerRuntime,
    private readonly host: ContainerHost,
    private readonly promises: RootfsPromises,
  ) {}

  /** All of it or nothing: a value that is refused, here or by the kernel, leaves everything as it was. */
  async execute(principal: Principal, reference: string, { change, whenRestartNeeded }: UpdateRequest): Promise<Updated> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return this.locks.run(id, async () => {
      const container = this.registry.find(principal.tenant.id, id);
      mayProceed(container, 'update');
      const config = changedConfig(container.config, change);
      await this.check(principal, config, change);
      await this.checkRootfs(container, config);
      const requiresRestart = runs(container) ? fieldsForRestart(container.config, config) : [];
      if (requiresRestart.length > 0 && whenRestartNeeded === 'refuse') throw restartRequired(container, requiresRestart);
      return { container: await this.change(principal, container, config), requiresRestart };
    });
  }

  private async check(principal: Principal, config: ContainerConfig, change: ConfigChange): Promise<void> {
    checkPolicy(config.restartPolicy);
    checkLimits(config.resources, this.host.capacity());
    checkSysctls(config.sysctls, config);
    // Devices that an administrator gave do not keep others from changing a limit.
    checkDevices({ devices: change.devices ?? [], deviceRules: change.deviceRules ?? [] }, principal);
    const found = await this.host.devices(devicePaths(config));
    checkIoDevices(config.resources, found);
    checkDevicesExist(config, found);
  }

  private async checkRootfs(container: Container, config: ContainerConfig): Promise<void> {
    if (rootfsBytes(container.config) === rootfsBytes(config)) return;
    checkRootfsChange(container, config, await this.runtime.rootfsUsedBytes(container), this.host.rootfs());
  }

  private async change(principal: Principal, container: Container, config: ContainerConfig): Promise<Container> {
    const release = this.promises.promise(container.tenantId, Math.max(0, rootfsBytes(config) - rootfsBytes(container.config)));
    try {
      if (runs(container)) await this.runtime.update(container, config);
      return await this.record(principal, container, config);
    } finally {
      release();
    }
  }

  /** What cannot be recorded must not stay in force. */
  private async record(principal: Principal, container: Container, config: ContainerConfig): Promise<Container> {
    const updated = { ...container, config };
    try {
      return await this.registry.update(updated, containerEvent(container, 'container.update', principal.name));
    } catch (error) {
      if (runs(container)) await this.runtime.update(updated, container.config);
      throw error;
    }
  }
}

function rootfsBytes({ resources }: ContainerConfig): number {
  return resources.rootfsSizeBytes ?? 0;
}

function runs({ state }: Container): boolean {
  return state === 'running' || state === 'paused';
}

function restartRequired({ name }: Container, fields: readonly string[]): DomainError {
  const list = fields.join(', ');
  return new DomainError(
    'restart_required',
    `container ${name} runs and takes a new ${list} only at its next start; stop it first, or ask with whenRestartNeeded "record"`,
    { requiresRestart: fields },
  );
}
