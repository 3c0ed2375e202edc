import type { ContainerMount, Healthcheck, NetworkMode } from '@keelson/contracts';
import type { Row } from '../../../lib/form/rows';
import { type LimitForm, limitFormOf } from '../../../lib/limits/limit-form';
import type { PolicyForm } from '../../../lib/limits/policy-form';

interface Variable extends Row {
  readonly name: string;
  readonly value: string;
}

interface Port extends Row {
  readonly host: string;
  readonly container: string;
}

export interface MountRow extends Row {
  readonly type: ContainerMount['type'];
  readonly target: string;
  readonly source: string;
  readonly subpath: string;
  readonly size: string;
  readonly readOnly: boolean;
  readonly exec: boolean;
}

interface DeviceRow extends Row {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly permissions: string;
}

/** The form as it is filled in: texts as typed, so that nothing a person writes is lost before it is right. */
export interface RunForm extends PolicyForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly env: readonly Variable[];
  readonly workingDir: string;
  readonly user: string;
  readonly hostname: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly init: boolean;
  readonly stopSignal: string;
  readonly stopTimeout: string;
  readonly network: NetworkMode;
  readonly ports: readonly Port[];
  readonly limits: LimitForm;
  readonly mounts: readonly MountRow[];
  readonly readonlyRootfs: boolean;
  readonly sysctls: readonly Variable[];
  readonly devices: readonly DeviceRow[];
  readonly deviceRules: string;
  /** `all`, a number, or names apart by blanks or commas. */
  readonly gpus: string;
  readonly cdiDevices: string;
  readonly privileged: boolean;
  readonly addCapabilities: string;
  readonly dropCapabilities: string;
  readonly newPrivileges: boolean;
  readonly unfiltered: boolean;
  readonly check: CheckForm;
}

/** Of a health check; there is none while the command is empty. */
export interface CheckForm {
  readonly command: string;
  readonly interval: string;
  readonly timeout: string;
  readonly retries: string;
  readonly startPeriod: string;
  readonly onUnhealthy: Healthcheck['onUnhealthy'];
}

export const EMPTY_FORM: RunForm = {
  image: '',
  name: '',
  command: '',
  env: [],
  workingDir: '',
  user: '',
  hostname: '',
  tty: false,
  openStdin: false,
  init: false,
  stopSignal: '',
  stopTimeout: '',
  restart: 'no',
  retries: '',
  network: 'bridge',
  ports: [],
  limits: limitFormOf({}),
  mounts: [],
  readonlyRootfs: false,
  sysctls: [],
  devices: [],
  deviceRules: '',
  gpus: '',
  cdiDevices: '',
  privileged: false,
  addCapabilities: '',
  dropCapabilities: '',
  newPrivileges: false,
  unfiltered: false,
  check: { command: '', interval: '', timeout: '', retries: '', startPeriod: '', onUnhealthy: 'mark' },
};
