import { type Container, type ContainerConfig, NEVER_RAN } from '../domain/containers/container.js';
import { OWN_NAMESPACES } from '../domain/containers/namespaces.js';
import { DEFAULT_SECURITY } from '../domain/containers/security.js';

const CONFIG: ContainerConfig = {
  image: 'busybox',
  imageId: `sha256:${'1'.repeat(64)}`,
  command: ['sh'],
  env: [],
  workingDir: '/',
  user: '',
  hostname: 'box',
  tty: false,
  openStdin: false,
  resources: {},
  sysctls: {},
  devices: [],
  deviceRules: [],
  gpus: null,
  cdiDevices: [],
  ports: [],
  network: 'none',
  restartPolicy: { name: 'no' },
  labels: {},
  stopSignal: 'SIGTERM',
  log: { maxBytes: 16 * 1024 * 1024, maxFiles: 5 },
  stopTimeoutSeconds: 10,
  init: false,
  readonlyRootfs: false,
  rootfsBackend: 'directory',
  mounts: [],
  security: DEFAULT_SECURITY,
  namespaces: OWN_NAMESPACES,
  timeOffsets: null,
  healthcheck: null,
};

/** A container for tests: a created busybox without a network, changed where the test says. */
export function containerRecord(changes: Partial<Omit<Container, 'config'>> & { config?: Partial<ContainerConfig> } = {}): Container {
  const id = changes.id ?? 'a'.repeat(64);
  return {
    id,
    tenantId: 'default',
    name: 'box',
    createdAt: new Date('2026-01-01T00:00:00Z'),
    uidBase: 0x7000_0000,
    cgroupPath: `/keelson.slice/default/${id}`,
    lease: null,
    ports: [],
    state: 'created',
    wanted: false,
    restartCount: 0,
    run: NEVER_RAN,
    ...changes,
    config: { ...CONFIG, ...changes.config },
  };
}
