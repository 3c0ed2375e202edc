import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import { CdiSpecs } from '../cdi/cdi.ports.js';
import { checkCdi } from '../cdi/check-cdi.js';
import { ContainerNetwork } from '../networks/networks.ports.js';
import { type Container, type ContainerConfig, NEVER_RAN } from './container.js';
import { type CreateRequest, completeConfig, configPrivileges } from './container-config.js';
import { containerEvent } from './container-events.js';
import { makeUpName } from './container-names.js';
import { ContainerRegistry } from './container-registry.js';
import { ContainerHost, ContainerRuntime, ImageCatalog } from './containers.ports.js';
import { devicePaths } from './device-paths.js';
import { checkDevices, checkDevicesExist } from './devices.js';
import { checkHostAccess } from './host-access.js';
import { checkIoDevices } from './limits/io.js';
import { checkLimits } from './limits.js';
import { checkedMounts, imagesOf, withImages } from './mounts.js';
import { checkNamespaces, hostOfIds, isJoined, resolvedNamespaces, resolvedNetwork } from './namespaces.js';
import { rootfsBackend, withRootfsSize } from './rootfs.js';
import { RootfsPromises } from './rootfs-promises.js';
import { StartContainer } from './start-container.js';
import { UidBlocks } from './uid-blocks.js';

@Injectable()
export class CreateContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly images: ImageCatalog,
    private readonly network: ContainerNetwork,
    private readonly runtime: ContainerRuntime,
    private readonly host: ContainerHost,
    private readonly cdi: CdiSpecs,
    private readonly uidBlocks: UidBlocks,
    private readonly promises: RootfsPromises,
    private readonly startContainer: StartContainer,
  ) {}

  /** With `start`, a container that could not be started stays: it is in the error's details. */
  async execute(principal: Principal, request: CreateRequest): Promise<Container> {
    const tenantId = principal.tenant.id;
    checkHostAccess(principal, { mounts: checkedMounts(request.mounts) }, this.host.access());
    const rules = this.host.rootfs();
    const resources = withRootfsSize(request.resources, rules);
    checkLimits(resources, this.host.capacity());
    checkDevices(request, principal);
    await this.checkHostDevices(request);
    await checkCdi(principal, request, this.cdi);
    const image = this.images.find(tenantId, request.image);
    const id = randomBytes(32).toString('hex');
    const network = resolvedNetwork(request.network, tenantId, this.registry);
    const namespaces = resolvedNamespaces(request.namespaces, tenantId, this.registry);
    const completed = completeConfig(
      { ...request, network, namespaces, resources, mounts: withImages(request.mounts, tenantId, this.images) },
      image,
      id,
      rootfsBackend(resources, rules),
    );
    const config = { ...completed, hostname: this.hostname(completed) };
    // Asked of exactly what will run, after everything that image and request say has been put together (R7).
    checkPrivileges(principal, configPrivileges(config));
    checkNamespaces(config.namespaces, request.hostname, this.host.access());
    const name = request.name ?? makeUpName((candidate) => this.registry.isNameTaken(tenantId, candidate));
    const releaseBytes = this.promises.promise(tenantId, resources.rootfsSizeBytes ?? 0);
    let releaseName = () => {};
    try {
      releaseName = this.registry.reserveName(tenantId, name, imagesOf(config));
      await this.make(principal, blank(id, { tenantId, name, config, cgroupPath: this.runtime.cgroupPath(tenantId, id) }));
    } catch (error) {
      releaseName();
      throw error;
    } finally {
      releaseBytes();
    }
    return request.start ? this.startContainer.execute(principal, id) : this.registry.find(tenantId, id);
  }

  private async checkHostDevices(request: CreateRequest): Promise<void> {
    const found = await this.host.devices(devicePaths(request));
    checkIoDevices(request.resources, found);
    checkDevicesExist(request, found);
  }

  /** In the uts namespace of another container it has that one's name. */
  private hostname({ hostname, namespaces: { uts } }: ContainerConfig): string {
    return isJoined(uts) ? (this.registry.get(uts.slice(uts.indexOf(':') + 1))?.config.hostname ?? hostname) : hostname;
  }

  /** One of its own, or that of the container in whose user namespace it lives. */
  private idBlock({ config }: Container): number {
    const host = hostOfIds(config.namespaces);
    const owner = host === null ? undefined : this.registry.get(host);
    return owner ? this.uidBlocks.share(owner.uidBase) : this.uidBlocks.allocate();
  }

  /** Directories before the record: what a crash leaves is then a directory nobody knows, which the next start removes. */
  private async make(principal: Principal, blankContainer: Container): Promise<void> {
    const uidBase = this.idBlock(blankContainer);
    let container: Container = { ...blankContainer, uidBase };
    try {
      if (container.config.network === 'bridge') container = { ...container, lease: this.network.lease(container.id) };
      await this.runtime.create(container);
      await this.registry.insert(container, containerEvent(container, 'container.create', principal.name));
    } catch (error) {
      // Ids and addresses go back only after the files that carry them are gone.
      await this.runtime.remove(container);
      if (container.lease) this.network.release(container.lease);
      this.uidBlocks.release(uidBase);
      throw error;
    }
  }
}

function blank(id: string, given: Pick<Container, 'tenantId' | 'name' | 'config' | 'cgroupPath'>): Container {
  return {
    id,
    ...given,
    createdAt: new Date(),
    uidBase: 0,
    lease: null,
    ports: [],
    state: 'created',
    wanted: false,
    restartCount: 0,
    run: NEVER_RAN,
  };
}
