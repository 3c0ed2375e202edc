import { API_PREFIX, type CreateContainerInput, type Resources } from '@keelson/contracts';
import { quoteWord } from '../../../lib/split-command';

/** The request as a curl line for a shell whose variable holds an API token. */
export function curlLine(request: CreateContainerInput, origin: string): string {
  return [
    `curl -X POST ${quoteWord(`${origin}${API_PREFIX}/containers`)}`,
    `-H "Authorization: Bearer $KEELSON_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoteWord(JSON.stringify(request, null, 2))}`,
  ].join(' \\\n  ');
}

/** The same container as the docker client would be asked for it. */
export function dockerLine(request: CreateContainerInput): string {
  const options = [
    ...processFlags(request),
    ...networkFlags(request),
    ...limitFlags(request.resources ?? {}),
    ...confinementFlags(request),
  ];
  const words = [request.image, ...(request.command ?? [])].map(quoteWord);
  return ['docker run -d', ...options, words.join(' ')].join(options.length > 2 ? ' \\\n  ' : ' ');
}

function processFlags(request: CreateContainerInput): string[] {
  return [
    ...flag('--name', request.name),
    ...flag('--hostname', request.hostname),
    ...bare('-t', request.tty),
    ...bare('-i', request.openStdin),
    ...bare('--init', request.init),
    ...each('-e', pairs(request.env)),
    ...flag('-w', request.workingDir),
    ...flag('-u', request.user),
    ...flag('--stop-signal', request.stopSignal),
    ...flag('--stop-timeout', request.stopTimeoutSeconds),
    ...restartFlag(request),
    ...healthFlags(request),
  ];
}

/** Docker runs the words of this flag in a shell. */
function healthFlags({ healthcheck }: CreateContainerInput): string[] {
  if (!healthcheck) return [];
  const { command, intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = healthcheck;
  const time = (seconds: number | undefined) => seconds && `${seconds}s`;
  return [
    ...flag('--health-cmd', command.map(quoteWord).join(' ')),
    ...flag('--health-interval', time(intervalSeconds)),
    ...flag('--health-timeout', time(timeoutSeconds)),
    ...flag('--health-start-period', time(startPeriodSeconds)),
    ...flag('--health-retries', retries),
  ];
}

function networkFlags({ ports = [], network }: CreateContainerInput): string[] {
  return [
    ...ports.flatMap(({ hostPort, containerPort }) => flag('-p', hostPort ? `${hostPort}:${containerPort}` : containerPort)),
    ...flag('--network', network),
  ];
}

function limitFlags(limits: Resources): string[] {
  const rates = (name: string, disks: Resources['ioReadBps'] = []) =>
    each(
      name,
      disks.map(({ path, rate }) => `${path}:${rate}`),
    );
  return [
    ...flag('--memory', memoryText(limits.memoryBytes)),
    ...flag('--memory-reservation', memoryText(limits.memoryReservationBytes)),
    ...flag('--memory-swap', memoryText(limits.memorySwapBytes)),
    ...flag('--memory-swappiness', limits.memorySwappiness),
    ...flag('--oom-score-adj', limits.oomScoreAdj),
    ...flag('--shm-size', memoryText(limits.shmSizeBytes)),
    ...flag('--cpus', limits.cpus),
    ...flag('--cpu-quota', limits.cpuQuotaMicros),
    ...flag('--cpu-period', limits.cpuPeriodMicros),
    ...flag('--cpu-shares', limits.cpuShares),
    ...flag('--cpuset-cpus', limits.cpusetCpus),
    ...flag('--cpuset-mems', limits.cpusetMems),
    ...flag('--pids-limit', limits.pidsLimit),
    ...flag('--blkio-weight', limits.ioWeight),
    ...each(
      '--blkio-weight-device',
      (limits.ioWeightDevices ?? []).map(({ path, weight }) => `${path}:${weight}`),
    ),
    ...rates('--device-read-bps', limits.ioReadBps),
    ...rates('--device-write-bps', limits.ioWriteBps),
    ...rates('--device-read-iops', limits.ioReadIops),
    ...rates('--device-write-iops', limits.ioWriteIops),
    ...each(
      '--ulimit',
      (limits.ulimits ?? []).map(({ name, soft, hard = soft }) => `${name}=${soft}:${hard}`),
    ),
  ];
}

function confinementFlags(request: CreateContainerInput): string[] {
  const { mounts = [], devices = [], security = {} } = request;
  return [
    ...bare('--read-only', request.readonlyRootfs),
    ...each('--mount', mounts.map(mountText)),
    ...each('--sysctl', pairs(request.sysctls)),
    ...each(
      '--device',
      devices.map(({ hostPath, containerPath = hostPath, permissions = 'rwm' }) => `${hostPath}:${containerPath}:${permissions}`),
    ),
    ...each('--device-cgroup-rule', request.deviceRules),
    ...flag('--gpus', gpusText(request.gpus)),
    ...each('--device', request.cdiDevices),
    ...bare('--privileged', security.privileged),
    ...each('--cap-add', security.addCapabilities),
    ...each('--cap-drop', security.dropCapabilities),
    ...(security.seccomp === 'unconfined' ? ['--security-opt seccomp=unconfined'] : []),
  ];
}

function gpusText(gpus: CreateContainerInput['gpus']): string | undefined {
  if (gpus === null || gpus === undefined) return undefined;
  return typeof gpus === 'object' ? `"device=${gpus.devices.join(',')}"` : String(gpus);
}

function mountText(mount: NonNullable<CreateContainerInput['mounts']>[number]): string {
  return [
    `type=${mount.type}`,
    ...('source' in mount ? [`source=${mount.source}`] : []),
    `target=${mount.target}`,
    ...(mount.type === 'image' && mount.subpath ? [`image-subpath=${mount.subpath}`] : []),
    ...(mount.type === 'tmpfs' && mount.sizeBytes ? [`tmpfs-size=${mount.sizeBytes}`] : []),
    ...('readOnly' in mount && mount.readOnly ? ['readonly'] : []),
  ].join(',');
}

/** In the largest of docker's units that says it in whole numbers. */
function memoryText(bytes: number | undefined): string | undefined {
  if (bytes === undefined || bytes < 0) return bytes?.toString();
  for (const [unit, size] of [
    ['g', 1024 ** 3],
    ['m', 1024 ** 2],
  ] as const)
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  return String(bytes);
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name} ${quoteWord(String(value))}`];
}

const bare = (name: string, wanted: boolean | undefined): string[] => (wanted ? [name] : []);
const each = (name: string, values: readonly string[] = []): string[] => values.flatMap((value) => flag(name, value));
const pairs = (record: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(record).map(([name, value]) => `${name}=${value}`);

function restartFlag({ restartPolicy }: CreateContainerInput): string[] {
  if (!restartPolicy) return [];
  const { name, maximumRetryCount } = restartPolicy;
  return flag('--restart', maximumRetryCount ? `${name}:${maximumRetryCount}` : name);
}
