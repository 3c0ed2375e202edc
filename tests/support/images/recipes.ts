/** How a test image is made: layers of unpacked Debian packages and a few files, and the config that says how to run it. */
export interface Recipe {
  readonly name: string;
  readonly layers: readonly LayerRecipe[];
  readonly config: ImageSettings;
  /** Both kinds of manifest are in use in the world, so both are in the tests. */
  readonly format: 'oci' | 'docker';
}

export interface LayerRecipe {
  readonly createdBy: string;
  /** Debian packages; their dependencies come along unless a lower layer has them. */
  readonly packages?: readonly string[];
  readonly directories?: readonly { readonly path: string; readonly mode: number }[];
  /** Path to content. */
  readonly files?: Readonly<Record<string, string>>;
  /** Path to target. */
  readonly symlinks?: Readonly<Record<string, string>>;
  /** Path to the file of the same layer that is copied there. */
  readonly copies?: Readonly<Record<string, string>>;
  /** A link in /bin for each applet of the busybox that the layer holds. */
  readonly busyboxApplets?: boolean;
}

interface ImageSettings {
  readonly Env: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LABELS = { 'dev.keelson.test': 'yes' };

const MOUNT_POINTS = [
  { path: 'dev', mode: 0o755 },
  { path: 'proc', mode: 0o755 },
  { path: 'sys', mode: 0o755 },
  { path: 'root', mode: 0o700 },
  { path: 'tmp', mode: 0o1777 },
];

const busybox: Recipe = {
  name: 'busybox',
  format: 'docker',
  layers: [
    {
      createdBy: 'busybox-static',
      packages: ['busybox-static'],
      busyboxApplets: true,
      directories: [...MOUNT_POINTS, { path: 'etc', mode: 0o755 }, { path: 'home', mode: 0o755 }],
      files: {
        'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\napp:x:1000:1000::/home:/bin/sh\n',
        'etc/group': 'root:x:0:\nnogroup:x:65534:\napp:x:1000:\nextra:x:2000:app\n',
      },
    },
  ],
  config: { Env: ['PATH=/bin'], Cmd: ['sh'], Labels: LABELS },
};

const base: LayerRecipe = {
  createdBy: 'a shell and its tools',
  packages: [
    'base-files',
    'base-passwd',
    'bash',
    'coreutils',
    'dash',
    'findutils',
    'grep',
    'hostname',
    'libc-bin',
    'mawk',
    'mount',
    'procps',
    'sed',
    'tar',
  ],
  directories: MOUNT_POINTS,
  copies: { 'etc/passwd': 'usr/share/base-passwd/passwd.master', 'etc/group': 'usr/share/base-passwd/group.master' },
  symlinks: { 'usr/bin/sh': 'dash', 'usr/bin/awk': 'mawk' },
};

const debian: Recipe = {
  name: 'debian',
  format: 'oci',
  layers: [base],
  config: { Env: [PATH, 'LANG=C.UTF-8'], Cmd: ['bash'], Labels: LABELS },
};

const redis: Recipe = {
  name: 'redis',
  format: 'docker',
  layers: [base, { createdBy: 'redis-server', packages: ['redis-server', 'redis-tools'], directories: [{ path: 'data', mode: 0o755 }] }],
  config: {
    Env: [PATH],
    Entrypoint: ['redis-server'],
    Cmd: ['--protected-mode', 'no', '--save', ''],
    WorkingDir: '/data',
    ExposedPorts: { '6379/tcp': {} },
    Labels: LABELS,
  },
};

/** What nginx of the test image answers on /. */
const NGINX_PAGE = '<!doctype html><title>served</title><h1>A page from inside a container</h1>\n';

const nginx: Recipe = {
  name: 'nginx',
  format: 'oci',
  layers: [
    base,
    { createdBy: 'nginx-light', packages: ['nginx-light'] },
    {
      createdBy: 'page and site',
      files: {
        'srv/www/index.html': NGINX_PAGE,
        'etc/nginx/conf.d/page.conf':
          'server {\n  listen 80 default_server;\n  listen [::]:80 default_server;\n  root /srv/www;\n  access_log /dev/stdout;\n}\n',
      },
      symlinks: { 'var/log/nginx/access.log': '/dev/stdout', 'var/log/nginx/error.log': '/dev/stderr' },
    },
  ],
  config: {
    Env: [PATH],
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGQUIT',
    Labels: LABELS,
  },
};

const python: Recipe = {
  name: 'python',
  format: 'oci',
  layers: [
    base,
    { createdBy: 'python3-minimal', packages: ['python3-minimal'] },
    { createdBy: 'workdir', directories: [{ path: 'work', mode: 0o755 }] },
  ],
  config: { Env: [PATH, 'PYTHONUNBUFFERED=1'], Entrypoint: ['python3'], Cmd: ['--version'], WorkingDir: '/work', Labels: LABELS },
};

export const RECIPES: readonly Recipe[] = [busybox, debian, redis, nginx, python];
export type ImageName = 'busybox' | 'debian' | 'redis' | 'nginx' | 'python';
