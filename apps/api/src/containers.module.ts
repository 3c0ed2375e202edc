import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ContainerRecordsModule } from './container-records.module.js';
import { CdiSpecs } from './domain/cdi/cdi.ports.js';
import { ListCdiDevices } from './domain/cdi/list-cdi-devices.js';
import { AttachContainer } from './domain/containers/attach-container.js';
import { ContainerLocks } from './domain/containers/container-locks.js';
import { ContainerHost, ContainerRuntime } from './domain/containers/containers.ports.js';
import { CreateContainer } from './domain/containers/create-container.js';
import { DeathRecords } from './domain/containers/deaths/death-records.js';
import { DeathArchive } from './domain/containers/deaths/deaths.ports.js';
import { LastLines } from './domain/containers/deaths/last-lines.js';
import { ListDeaths } from './domain/containers/deaths/list-deaths.js';
import { SeenProcesses } from './domain/containers/deaths/seen-processes.js';
import { ExecContainer } from './domain/containers/exec-container.js';
import { ExitHandler } from './domain/containers/exit-handler.js';
import { ExitWaiters } from './domain/containers/exit-waiters.js';
import { HealthMonitor } from './domain/containers/health/health-monitor.js';
import { HealthProbe } from './domain/containers/health/health-probe.js';
import { InspectContainer } from './domain/containers/inspect-container.js';
import { KillContainer } from './domain/containers/kill-container.js';
import { Launcher } from './domain/containers/launcher.js';
import { ListContainers } from './domain/containers/list-containers.js';
import { MeasureContainer } from './domain/containers/measure-container.js';
import { OpenExec } from './domain/containers/open-exec.js';
import { PauseContainer } from './domain/containers/pause-container.js';
import { Reconcile } from './domain/containers/reconcile.js';
import { RemoveContainer } from './domain/containers/remove-container.js';
import { Remover } from './domain/containers/remover.js';
import { RenameContainer } from './domain/containers/rename-container.js';
import { RestartContainer } from './domain/containers/restart-container.js';
import { RestartDue } from './domain/containers/restart-due.js';
import { RestartScheduler } from './domain/containers/restart-scheduler.js';
import { RootfsPromises } from './domain/containers/rootfs-promises.js';
import { StartContainer } from './domain/containers/start-container.js';
import { StopContainer } from './domain/containers/stop-container.js';
import { Stopper } from './domain/containers/stopper.js';
import { UidBlocks } from './domain/containers/uid-blocks.js';
import { UnpauseContainer } from './domain/containers/unpause-container.js';
import { UpdateContainer } from './domain/containers/update-container.js';
import { WaitContainer } from './domain/containers/wait-container.js';
import { LogTail } from './domain/logs/logs.ports.js';
import { ContainerVerbsController } from './http/rest/containers/container-verbs.controller.js';
import { ContainersController } from './http/rest/containers/containers.controller.js';
import { DevicesController } from './http/rest/devices/devices.controller.js';
import { ExecController } from './http/rest/exec/exec.controller.js';
import { ImagesModule } from './images.module.js';
import { CdiDirectories } from './infra/cdi/cdi-directories.js';
import { FileDeathArchive } from './infra/deaths/file-death-archive.js';
import { FileLogTail } from './infra/logs/file-log-tail.js';
import { NativeRuntime } from './infra/runtime/native-runtime.js';
import { NodeHost } from './infra/runtime/node-host.js';
import { RootfsStorage } from './infra/runtime/rootfs-storage.js';
import { NetworkModule } from './network.module.js';

/** The verbs on containers, and the kernel's side of them. */
@Module({
  imports: [ContainerRecordsModule, ImagesModule, NetworkModule],
  controllers: [ContainersController, ContainerVerbsController, DevicesController, ExecController],
  providers: [
    { provide: ContainerRuntime, useClass: NativeRuntime },
    { provide: ContainerHost, useClass: NodeHost },
    { provide: DeathArchive, useClass: FileDeathArchive },
    { provide: LogTail, useClass: FileLogTail },
    RootfsStorage,
    RootfsPromises,
    { provide: CdiSpecs, useClass: CdiDirectories },
    ContainerLocks,
    DeathRecords,
    ExitHandler,
    ExitWaiters,
    HealthMonitor,
    HealthProbe,
    LastLines,
    SeenProcesses,
    Launcher,
    Reconcile,
    Remover,
    RestartDue,
    RestartScheduler,
    Stopper,
    UidBlocks,
    AttachContainer,
    CreateContainer,
    ExecContainer,
    InspectContainer,
    KillContainer,
    MeasureContainer,
    ListCdiDevices,
    ListContainers,
    ListDeaths,
    OpenExec,
    PauseContainer,
    RemoveContainer,
    RenameContainer,
    UpdateContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    WaitContainer,
  ],
  exports: [ContainerLocks, RootfsPromises, ContainerRecordsModule, ContainerHost, ExitWaiters, SeenProcesses, AttachContainer, OpenExec],
})
export class ContainersModule implements OnApplicationBootstrap {
  constructor(private readonly reconcile: Reconcile) {}

  /** Nothing listens yet: the first request already sees every container in its true state. */
  async onApplicationBootstrap(): Promise<void> {
    await this.reconcile.execute();
  }
}
