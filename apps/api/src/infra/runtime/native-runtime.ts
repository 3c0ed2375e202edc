import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import {
  attach,
  exec,
  initExecutable,
  pause,
  RuntimeError,
  readState,
  signal,
  startSupervisor,
  unpause,
  update,
} from '@keelson/runtime-native';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type WantedCdi, wantsCdi } from '../../domain/cdi/cdi.js';
import { CdiSpecs } from '../../domain/cdi/cdi.ports.js';
import { findDevices } from '../../domain/cdi/find-devices.js';
import type { Container, ContainerConfig } from '../../domain/containers/container.js';
import { isAlive } from '../../domain/containers/container-state.js';
import {
  type AtStart,
  ContainerRuntime,
  type ExecRequest,
  type ExitListener,
  type Found,
  type ProcessStreams,
  type RunnableImage,
  type Started,
} from '../../domain/containers/containers.ports.js';
import { devicePaths } from '../../domain/containers/device-paths.js';
import { checkDevicesExist } from '../../domain/containers/devices.js';
import { checkIoDevices } from '../../domain/containers/limits/io.js';
import { DomainError } from '../../domain/errors.js';
import { Faults } from '../../domain/faults.js';
import type { PublishedPort } from '../../domain/networks/networks.js';
import { NO_VENDOR_EDITS, type VendorEdits, vendorEdits } from '../cdi/vendor-edits.js';
import { CgroupParents } from './cgroup-parents.js';
import { ContainerDirectories } from './container-directories.js';
import { readDevices } from './host-devices.js';
import { cgroupSlice, readHostMaskedPaths, readSeccompProfile } from './host-files.js';
import { removeLeftoverCgroup } from './leftover-cgroup.js';
import { containersDirectory, RootfsStorage } from './rootfs-storage.js';
import { RunWatcher, toDate, type WatchedRun } from './run-watcher.js';
import { checkSharedSources } from './shared-sources.js';
import type { Devices } from './spec/block-io.js';
import { buildConfig } from './spec/build-config.js';
import { buildLaunch, type LaunchFile } from './spec/build-launch.js';
import { liveChange } from './spec/live-change.js';
import type { OciSpec, SeccompProfile } from './spec/oci.js';
import { execProcess } from './spec/process.js';
import { type ResolvedUser, resolveUser } from './spec/user.js';
import { NO_NOTE, VENDOR_NOTE, type VendorNote, withVendorEnv, withVendorGroups } from './spec/vendor.js';
import { isSupervised, untilUnsupervised } from './supervised.js';
import { translateError } from './translate-error.js';
import { UserFilesReader } from './user-files.js';
import { readWithoutLimit } from './without-limit.js';

const ELSEWHERE = 'its directory is not under this KEELSON_ROOT; the database may be that of another instance';
const LOST = 'its supervisor is gone and left no record of the exit; the host may have been rebooted';

/** Containers as bundles on disk and processes under their supervisors (packages/runtime-native). */
@Injectable()
export class NativeRuntime extends ContainerRuntime implements OnModuleInit, OnApplicationShutdown {
  private readonly directories: ContainerDirectories;
  private readonly watcher: RunWatcher;
  private readonly groups = new CgroupParents();
  private readonly userFiles = new UserFilesReader();
  private seccomp: SeccompProfile = {};
  private hostMaskedPaths: readonly string[] = [];

  constructor(
    private readonly config: Config,
    private readonly storage: RootfsStorage,
    private readonly cdi: CdiSpecs,
    private readonly faults: Faults,
  ) {
    super();
    this.directories = new ContainerDirectories(config);
    this.watcher = new RunWatcher((what, error) => faults.report(what, error));
  }

  async onModuleInit(): Promise<void> {
    [this.seccomp, this.hostMaskedPaths] = await Promise.all([readSeccompProfile(), readHostMaskedPaths()]);
    await Promise.all([this.groups.open(), this.directories.prepare()]);
    await this.storage.open(containersDirectory(this.config.root));
  }

  /** Containers go on without us. */
  onApplicationShutdown(): void {
    this.watcher.close();
  }

  override cgroupPath(tenantId: string, containerId: string): string {
    return `/${cgroupSlice(this.config)}/${tenantId}/${containerId}`;
  }

  override async create(container: Container): Promise<void> {
    await this.directories.create(container).catch((error: unknown) => {
      throw translateError(error, { container: container.name, command: [] });
    });
    await this.storage.create(container, this.directories.paths(container.id));
  }

  override async start(container: Container, image: RunnableImage, around: AtStart, onExit: ExitListener): Promise<Started> {
    const { id } = container;
    const paths = this.directories.paths(id);
    if (!(await untilUnsupervised(paths))) throw stillThere(container);
    await this.storage.prepare(container, paths);
    const user = await this.user(container, image, container.config.user);
    const { seccomp, hostMaskedPaths } = this;
    const devices = await this.devices(container);
    const vendor = await this.vendor(container.config);
    await checkSharedSources(container.config.mounts);
    const spec = buildConfig(container, {
      user,
      vendor,
      paths,
      seccomp,
      hostMaskedPaths,
      devices,
      init: initExecutable,
      joinedPid: around.joinedPid,
      joined: around.joined,
    });
    const launch = buildLaunch(
      container,
      { layerPaths: image.layerPaths, mountedLayers: around.mountedLayers, links: vendor.links, ipcPid: around.joined.ipc },
      paths,
      this.config,
    );
    await this.directories.writeBundle(container, { config: spec, launch, names: around.names }).catch((error: unknown) => {
      throw translateError(error, { container: container.name, command: [] });
    });
    const started = await this.groups
      .during(() => startSupervisor({ bundle: paths.home }))
      .catch(async (error: unknown) => {
        await this.afterFailedStart(container, error);
        throw translateError(error, { container: container.name, command: container.config.command });
      });
    this.watcher.follow(this.watched(container, onExit));
    await this.settleSize(container);
    return { pid: started.pid, startedAt: toDate(started.startedAt) };
  }

  override async adopt(container: Container, onExit: ExitListener): Promise<Found> {
    const sight = await this.watcher.look(this.watched(container, onExit));
    if (sight.kind === 'ended') return { kind: 'exited', exit: sight.exit };
    // The server may have been killed in the middle of the start.
    if (sight.kind === 'running') await this.settleSize(container);
    if (sight.kind === 'running') return { ...sight, ports: await this.launchedPorts(container.id) };
    const wasRunning = isAlive(container);
    // What runs under that id then is not ours to end.
    if (!(await this.directories.hasHome(container.id)))
      return wasRunning ? { kind: 'lost', reason: ELSEWHERE } : { kind: 'never-started' };
    if (wasRunning || (await this.directories.hasRunDirectory(container.id))) await this.clear(container);
    return wasRunning ? { kind: 'lost', reason: LOST } : { kind: 'never-started' };
  }

  override async signal(containerId: string, number: number): Promise<void> {
    await signal(this.directories.paths(containerId).control, number).catch((error: unknown) => {
      if (!hasEnded(error)) throw translateError(error, { container: containerId, command: [] });
    });
  }

  override async pause(containerId: string): Promise<void> {
    await pause(this.directories.paths(containerId).control).catch((error: unknown) => {
      throw translateError(error, { container: containerId, command: [] });
    });
  }

  override async unpause(containerId: string): Promise<void> {
    await unpause(this.directories.paths(containerId).control).catch((error: unknown) => {
      if (!hasEnded(error)) throw translateError(error, { container: containerId, command: [] });
    });
  }

  override async update(container: Container, config: ContainerConfig): Promise<void> {
    const devices = await readDevices([...devicePaths(container.config), ...devicePaths(config)]);
    const { rules: vendorRules } = await this.vendorNote(container);
    const around = { devices, vendorRules, free: await readWithoutLimit() };
    const change = liveChange(container.config, config, around);
    const undo = liveChange(config, container.config, around);
    const paths = this.directories.paths(container.id);
    await this.storage.change(container, config, paths);
    await update(paths.control, { change, undo }).catch(async (error: unknown) => {
      await this.storage.change({ ...container, config }, container.config, paths);
      throw translateError(error, { container: container.name, command: [] });
    });
  }

  override rootfsUsedBytes(container: Container): Promise<number | null> {
    return this.storage.usedBytes(container, this.directories.paths(container.id));
  }

  override async exec(container: Container, image: RunnableImage, request: ExecRequest): Promise<ProcessStreams> {
    const user = await this.user(container, image, request.user ?? container.config.user);
    const note = await this.vendorNote(container);
    const process = execProcess(withVendorEnv(container.config, note), withVendorGroups(user, note), request);
    return exec(this.directories.paths(container.id).control, process, {
      stdin: request.stdin,
      endWithClient: request.endWithUs ?? false,
    }).catch((error: unknown) => {
      throw translateError(error, { container: container.name, command: request.command });
    });
  }

  override async attach({ id, name, config }: Container): Promise<ProcessStreams> {
    return attach(this.directories.paths(id).control, { stdin: config.openStdin }).catch((error: unknown) => {
      throw translateError(error, { container: name, command: config.command });
    });
  }

  override async remove(container: Container): Promise<void> {
    if (!(await untilUnsupervised(this.directories.paths(container.id)))) throw stillThere(container);
    await this.clear(container);
    this.groups.removeEmpty(container.cgroupPath);
    await this.removeFiles(container.id);
  }

  override async leftovers(known: ReadonlySet<string>): Promise<string[]> {
    await this.directories.removeRetired();
    return [...(await this.directories.ids())].filter((id) => !known.has(id));
  }

  override async removeLeftover(containerId: string): Promise<void> {
    const paths = this.directories.paths(containerId);
    // A record may be missing because an older database was put back: what runs is not ours to end then.
    if (await isSupervised(paths)) throw new Error(`container ${containerId} runs, though no record knows it; it is left alone`);
    const state = await readState(join(paths.run, 'state.json'));
    if (state) await removeLeftoverCgroup(state.cgroup);
    await this.directories.removeRunDirectory(containerId);
    await this.removeFiles(containerId);
    // Of one whose removal was cut short nobody knows the project.
    await this.storage.sweep();
  }

  private removeFiles(id: string): Promise<void> {
    return this.storage.release(this.directories.paths(id).upper, () => this.directories.remove(id));
  }

  private watched(container: Container, onExit: ExitListener): WatchedRun {
    const { id } = container;
    return { id, paths: this.directories.paths(id), onExit, clear: () => this.clear(container) };
  }

  /** Looked up at each start: numbers of devices are given anew at every boot. */
  private async devices({ config }: Container): Promise<Devices> {
    const devices = await readDevices(devicePaths(config));
    checkIoDevices(config.resources, devices);
    checkDevicesExist(config, devices);
    return devices;
  }

  /** Looked up at each start: generators write the specs anew at every boot. */
  private async vendor(wanted: WantedCdi): Promise<VendorEdits> {
    return wantsCdi(wanted) ? vendorEdits(findDevices(wanted, await this.cdi.read())) : NO_VENDOR_EDITS;
  }

  /** What the present run has of them, which the specs may not say any more. */
  private async vendorNote({ id, config }: Container): Promise<VendorNote> {
    if (!wantsCdi(config)) return NO_NOTE;
    const { annotations } = JSON.parse(await readFile(join(this.directories.paths(id).home, 'config.json'), 'utf8')) as OciSpec;
    return JSON.parse(annotations[VENDOR_NOTE] ?? 'null') ?? NO_NOTE;
  }

  private async user(container: Container, image: RunnableImage, wanted: string): Promise<ResolvedUser> {
    const layers = image.layerPaths.toReversed();
    const read = (upper: string) => this.userFiles.read(upper, layers);
    return resolveUser(wanted, await this.withUpper(container, read));
  }

  /** A container that runs is not given up for the room of its mounts. */
  private async settleSize(container: Container): Promise<void> {
    await this.storage.settle(container, this.directories.paths(container.id)).catch((error: unknown) => {
      this.faults.report(`take back the headroom of container ${container.name}`, error);
    });
  }

  /** An image is mounted once at a time: while the container runs, what it sees is asked for by way of its process 1. */
  private withUpper<T>(container: Container, work: (upper: string) => Promise<T>): Promise<T> {
    const { config, run, id } = container;
    if (config.rootfsBackend === 'image-file' && isAlive(container) && run.pid !== null) return work(`/proc/${run.pid}/root`);
    // Before the first start there is nothing in it.
    if (config.rootfsBackend === 'image-file' && run.startedAt === null) return work(this.directories.paths(id).upper);
    return this.storage.withUpper(container, this.directories.paths(id), work);
  }

  /** The report says that the supervisor has undone what it did; one that died could not. */
  private async afterFailedStart(container: Container, error: unknown): Promise<void> {
    if (error instanceof RuntimeError && error.code !== 'RUNTIME_FAILED') await this.clear(container);
  }

  /** What only a supervisor that died leaves: processes, groups, the run directory. */
  private async clear(container: Container): Promise<void> {
    await removeLeftoverCgroup(container.cgroupPath);
    await this.directories.removeRunDirectory(container.id);
  }

  /** What the running supervisor forwards, in case the server died before it could record it. */
  private async launchedPorts(id: string): Promise<PublishedPort[]> {
    const text = await readFile(join(this.directories.paths(id).home, 'launch.json'), 'utf8');
    const { ports } = JSON.parse(text) as LaunchFile;
    return ports.map(({ hostAddress, hostPort, containerPort, protocol }) => ({ hostAddress, hostPort, containerPort, protocol }));
  }
}

/** The container ended before the request reached it. */
function hasEnded(error: unknown): boolean {
  return error instanceof RuntimeError && (error.code === 'CONTROL_LOST' || error.errno === constants.errno.ESRCH);
}

function stillThere({ name }: Container): DomainError {
  return new DomainError('runtime_failed', `the supervisor of container ${name} has not finished its last run; try again`, {
    stage: 'supervisor.exit',
  });
}
