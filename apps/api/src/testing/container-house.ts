import type { CdiInventory } from '../domain/cdi/cdi.js';
import { CdiSpecs } from '../domain/cdi/cdi.ports.js';
import { AttachContainer } from '../domain/containers/attach-container.js';
import type { CreateRequest } from '../domain/containers/container-config.js';
import { ContainerLocks } from '../domain/containers/container-locks.js';
import { ContainerRegistry } from '../domain/containers/container-registry.js';
import { ContainerHost } from '../domain/containers/containers.ports.js';
import { CreateContainer } from '../domain/containers/create-container.js';
import { DeathRecords } from '../domain/containers/deaths/death-records.js';
import { LastLines } from '../domain/containers/deaths/last-lines.js';
import { ListDeaths } from '../domain/containers/deaths/list-deaths.js';
import { SeenProcesses } from '../domain/containers/deaths/seen-processes.js';
import { ExecContainer } from '../domain/containers/exec-container.js';
import { ExitHandler } from '../domain/containers/exit-handler.js';
import { ExitWaiters } from '../domain/containers/exit-waiters.js';
import type { HostAccess } from '../domain/containers/host-access.js';
import { InspectContainer } from '../domain/containers/inspect-container.js';
import { KillContainer } from '../domain/containers/kill-container.js';
import { Launcher } from '../domain/containers/launcher.js';
import type { HostCapacity, HostDevice } from '../domain/containers/limits/host-capacity.js';
import { ListContainers } from '../domain/containers/list-containers.js';
import { type HostNamespace, OWN_NAMESPACES } from '../domain/containers/namespaces.js';
import { OpenExec } from '../domain/containers/open-exec.js';
import { PauseContainer } from '../domain/containers/pause-container.js';
import { Reconcile } from '../domain/containers/reconcile.js';
import { RemoveContainer } from '../domain/containers/remove-container.js';
import { Remover } from '../domain/containers/remover.js';
import { RenameContainer } from '../domain/containers/rename-container.js';
import { RestartContainer } from '../domain/containers/restart-container.js';
import { RestartDue } from '../domain/containers/restart-due.js';
import { RestartScheduler } from '../domain/containers/restart-scheduler.js';
import type { RootfsRules } from '../domain/containers/rootfs.js';
import { RootfsPromises } from '../domain/containers/rootfs-promises.js';
import { DEFAULT_SECURITY } from '../domain/containers/security.js';
import { StartContainer } from '../domain/containers/start-container.js';
import { StopContainer } from '../domain/containers/stop-container.js';
import { Stopper } from '../domain/containers/stopper.js';
import { UidBlocks } from '../domain/containers/uid-blocks.js';
import { UnpauseContainer } from '../domain/containers/unpause-container.js';
import { UpdateContainer } from '../domain/containers/update-container.js';
import { WaitContainer } from '../domain/containers/wait-container.js';
import { FakeNetwork } from './fake-network.js';
import { FakeRuntime } from './fake-runtime.js';
import { MemoryDeaths, MemoryLog } from './memory-deaths.js';
import { CollectedFaults, FakeImages, MemoryEvents, MemoryStore } from './memory-stores.js';

class FakeHost extends ContainerHost {
  wasRebooted = false;
  bindRoots: readonly string[] = [];
  hostNamespaces: readonly HostNamespace[] = [];
  rules: RootfsRules = { keptBy: 'project-quota', defaultBytes: null, tenantBytes: null };

  override rootfs(): RootfsRules {
    return this.rules;
  }

  override access(): HostAccess {
    return { bindRoots: this.bindRoots, hostNamespaces: this.hostNamespaces };
  }

  override capacity(): HostCapacity {
    return {
      memoryBytes: 8 * 1024 ** 3,
      cpus: 4,
      onlineCpus: new Set([0, 1, 2, 3]),
      memoryNodes: new Set([0]),
      swappiness: true,
      hugePages: new Set(['2MB']),
      io: { rates: true, weight: true },
    };
  }

  /** One disk, its partition and the null device. */
  override async devices(paths: readonly string[]): Promise<ReadonlyMap<string, HostDevice>> {
    const disk: HostDevice = { type: 'block', major: 8, minor: 0, mode: 0o660, gid: 6, partitionOf: null, bfq: false };
    const known: Record<string, HostDevice> = {
      '/dev/sda': disk,
      '/dev/sda1': { ...disk, minor: 1, partitionOf: '/dev/sda' },
      '/dev/null': { type: 'char', major: 1, minor: 3, mode: 0o660, gid: 6, partitionOf: null, bfq: false },
    };
    return new Map(paths.flatMap((path) => (known[path] ? [[path, known[path]]] : [])));
  }

  override async rebooted(): Promise<boolean> {
    return this.wasRebooted;
  }

  override async noteBoot(): Promise<void> {
    this.wasRebooted = false;
  }
}

class ToldSpecs extends CdiSpecs {
  inventory: CdiInventory = { directories: ['/etc/cdi'], devices: [], faults: [] };

  override async read(): Promise<CdiInventory> {
    return this.inventory;
  }
}

/** What outlives the server: database, kernel, network. */
export function outside() {
  const events = new MemoryEvents();
  return {
    events,
    store: new MemoryStore(events),
    runtime: new FakeRuntime(),
    network: new FakeNetwork(),
    host: new FakeHost(),
    archive: new MemoryDeaths(),
    log: new MemoryLog(),
    cdi: new ToldSpecs(),
  };
}

/** The domain of one server, wired by hand as containers.module.ts does. Build a second one on the same outside: a restart. */
export function containerHouse(world = outside()) {
  const { events, store, runtime, network, host, archive, log, cdi } = world;
  const [faults, images, locks, waiters, scheduler, blocks] = [
    new CollectedFaults(),
    new FakeImages(),
    new ContainerLocks(),
    new ExitWaiters(),
    new RestartScheduler(),
    new UidBlocks(),
  ];
  const registry = new ContainerRegistry(store, faults);
  const promises = new RootfsPromises(registry, host);
  const seen = new SeenProcesses();
  const deaths = new DeathRecords(archive, seen, faults);
  const exits = new ExitHandler(registry, network, locks, scheduler, waiters, deaths, new LastLines(log, faults), faults);
  const launcher = new Launcher(registry, images, network, runtime, exits, deaths);
  const stopper = new Stopper(registry, locks, runtime, scheduler, waiters);
  const remover = new Remover(registry, runtime, network, scheduler, waiters, blocks);
  const start = new StartContainer(registry, locks, scheduler, launcher);
  const openExec = new OpenExec(registry, images, runtime, events, faults);
  return {
    ...world,
    faults,
    registry,
    scheduler,
    waiters,
    seen,
    restartDue: new RestartDue(registry, locks, scheduler, launcher, faults),
    create: new CreateContainer(registry, images, network, runtime, host, cdi, blocks, promises, start),
    start,
    stop: new StopContainer(registry, stopper, events),
    kill: new KillContainer(registry, locks, runtime, stopper, events),
    restart: new RestartContainer(registry, stopper, start, events),
    remove: new RemoveContainer(registry, locks, stopper, remover),
    pause: new PauseContainer(registry, locks, runtime),
    unpause: new UnpauseContainer(registry, locks, runtime),
    rename: new RenameContainer(registry, locks),
    update: new UpdateContainer(registry, locks, runtime, host, promises),
    list: new ListContainers(registry),
    inspect: new InspectContainer(registry),
    wait: new WaitContainer(registry, waiters),
    deaths: new ListDeaths(registry, archive),
    attach: new AttachContainer(registry, runtime),
    openExec,
    exec: new ExecContainer(openExec),
    reconcile: new Reconcile(registry, runtime, network, host, locks, exits, deaths, scheduler, remover, blocks, faults),
  };
}

export type ContainerHouse = ReturnType<typeof containerHouse>;

export function createRequest(changes: Partial<CreateRequest> = {}): CreateRequest {
  return {
    image: 'busybox',
    env: {},
    tty: false,
    openStdin: false,
    resources: {},
    sysctls: {},
    devices: [],
    deviceRules: [],
    gpus: null,
    cdiDevices: [],
    security: DEFAULT_SECURITY,
    ports: [],
    network: 'none',
    restartPolicy: { name: 'no' },
    labels: {},
    stopTimeoutSeconds: 10,
    init: false,
    readonlyRootfs: false,
    mounts: [],
    namespaces: OWN_NAMESPACES,
    timeOffsets: null,
    start: false,
    ...changes,
  };
}

export function principalOf(tenant: string, role: 'admin' | 'member' = 'admin') {
  return { id: `${tenant}-${role}`, name: `${tenant}-${role}`, role, tenant: { id: tenant, name: tenant } };
}
