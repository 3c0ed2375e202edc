import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import type { PublishedPort } from '../networks/networks.js';
import { ContainerNetwork } from '../networks/networks.ports.js';
import type { Container, ContainerRun } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerRegistry } from './container-registry.js';
import { ContainerRuntime, ImageCatalog, type Started } from './containers.ports.js';
import { DeathRecords } from './deaths/death-records.js';
import { ExitHandler } from './exit-handler.js';
import { imagesOf } from './mounts.js';
import { joinedPids, networkOwner } from './namespaces.js';

/** Exit codes of docker for what never ran. */
const START_FAILED = 128;
const FAILED_COMMANDS: Readonly<Record<string, number>> = { command_not_found: 127, command_not_executable: 126 };

/** Starts one container whose lock the caller holds. Everything of a failed start is undone; the record keeps the reason. */
@Injectable()
export class Launcher {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly images: ImageCatalog,
    private readonly network: ContainerNetwork,
    private readonly runtime: ContainerRuntime,
    private readonly exits: ExitHandler,
    private readonly deaths: DeathRecords,
  ) {}

  /** Returns the running container; its record may say `exited` a moment later. Throws what the ports throw. */
  async launch(container: Container, actor: string): Promise<Container> {
    const starting = this.registry.note({ ...container, state: 'starting' });
    try {
      const ports = await this.connect(starting);
      const started = await this.startProcess({ ...starting, ports });
      return await this.registry.observe(running(starting, ports, started), containerEvent(starting, 'container.start', actor));
    } catch (error) {
      await this.recordFailure(container, actor, error);
      throw withContainer(error, container);
    }
  }

  /** Rules in force before the interface is up (R14). */
  private async connect(container: Container): Promise<readonly PublishedPort[]> {
    const { lease, config, id } = container;
    if (!lease) return [];
    try {
      const ports = await this.network.publish(id, config.ports);
      await this.network.connect(lease, ports);
      return ports;
    } catch (error) {
      await this.exits.disconnect(container);
      throw error;
    }
  }

  private async startProcess(container: Container): Promise<Started> {
    try {
      const image = this.images.byId(container.tenantId, container.config.imageId);
      const owner = networkOwner(container, this.registry);
      const names = await this.network.nameFiles(container.config.hostname, owner?.lease ?? container.lease);
      return await this.runtime.start(
        container,
        image,
        {
          names,
          joinedPid: owner?.run.pid ?? null,
          joined: joinedPids(container, this.registry),
          mountedLayers: this.mountedLayers(container),
        },
        (exit) => this.exits.handle(container.id, exit),
      );
    } catch (error) {
      await this.exits.disconnect(container);
      throw error;
    }
  }

  private mountedLayers({ tenantId, config }: Container): ReadonlyMap<string, readonly string[]> {
    return new Map(imagesOf(config).map((id) => [id, this.images.byId(tenantId, id).layerPaths]));
  }

  private async recordFailure(container: Container, actor: string, error: unknown): Promise<void> {
    const code = error instanceof DomainError ? error.code : 'internal';
    const message = error instanceof DomainError ? error.message : 'a fault of Keelson; the log of the server has the cause';
    const exitCode = FAILED_COMMANDS[code] ?? START_FAILED;
    const run = { ...container.run, pid: null, error: message, exitCode };
    const state = container.state === 'created' ? 'created' : 'exited';
    const lastDeath = this.deaths.startFailed(container, exitCode, message);
    const failed: Container = { ...container, state, run, lastDeath };
    await this.deaths.keep(container, lastDeath);
    await this.registry.observe(failed, containerEvent(container, 'container.start_failed', actor, { code, error: message }));
  }
}

function running(container: Container, ports: readonly PublishedPort[], { pid, startedAt }: Started): Container {
  const run: ContainerRun = { pid, startedAt, finishedAt: null, exitCode: null, oomKilled: false, error: null };
  return { ...container, state: 'running', wanted: true, ports, run };
}

/** A failed `create` with `start` leaves the container behind: the caller learns which. */
function withContainer(error: unknown, container: Container): unknown {
  if (!(error instanceof DomainError)) return error;
  return new DomainError(error.code, error.message, { ...error.details, container: container.id }, { cause: error });
}
