export { attach, type StreamOptions } from './control/attach.js';
export { clearLog } from './control/clear-log.js';
export type { ConnectOptions } from './control/connection.js';
export { type ExecStreams, exec } from './control/exec.js';
export { pause, unpause } from './control/pause.js';
export { resize } from './control/resize.js';
export { signal } from './control/signal.js';
export { type ControlState, controlState } from './control/state.js';
export type { OutputChunk, ProcessStreams } from './control/streams.js';
export { type LiveUpdate, update } from './control/update.js';
export { type Watch, watch } from './control/watch.js';
export { type Entry, writeEntries } from './entries.js';
export { RuntimeError, type RuntimeErrorCode } from './errors.js';
export { type ExitRecord, readExitRecord, readState, type SupervisorState } from './records.js';
export { growImage, ImageError, imageToolsPresent, makeImage, openImage } from './rootfs/image.js';
export {
  claimProject,
  type ProjectUsage,
  projectOf,
  projectUsage,
  quotasEnforced,
  setProjectLimit,
  sweepProjects,
} from './rootfs/project.js';
export { initExecutable, type StartedContainer, type StartRequest, startSupervisor, supervisorExecutable } from './start-supervisor.js';
export { type RawSample, StatsReader } from './stats.js';
