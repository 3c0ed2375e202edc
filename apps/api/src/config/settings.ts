/** A setting as docs/configuration.md lists it; a test keeps the two equal. */
interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
  readonly example: string;
}

export const SETTINGS = [
  {
    name: 'KEELSON_ROOT',
    fallback: '/var/lib/keelson',
    meaning: 'directory of everything that outlives a reboot: database, images, containers',
    example: '/srv/keelson',
  },
  {
    name: 'KEELSON_RUN',
    fallback: '/run/keelson',
    meaning: 'directory of sockets and run-time files, at most 36 bytes long',
    example: '/run/keelson-2',
  },
  {
    name: 'KEELSON_LISTEN',
    fallback: '127.0.0.1:7070',
    meaning: '`host:port` of dashboard, REST and WebSockets; IPv6 as `[::1]:7070`',
    example: '0.0.0.0:8080',
  },
  {
    name: 'KEELSON_HOSTS',
    fallback: '',
    meaning: 'further names by which browsers call this server, `name,name`; `https://name` where a proxy with TLS stands before it',
    example: 'https://keelson.example,build-host.lan',
  },
  {
    name: 'KEELSON_DOCKER_SOCKET',
    fallback: '$KEELSON_RUN/docker.sock',
    meaning: 'path of the Docker socket, at most 107 bytes long',
    example: '/run/docker.sock',
  },
  {
    name: 'KEELSON_REGISTRY_MIRROR',
    fallback: '',
    meaning: 'registry asked first for names of docker.io, `https://…`; `http://…` for loopback only',
    example: 'https://mirror.example',
  },
  {
    name: 'KEELSON_INSECURE_REGISTRIES',
    fallback: '',
    meaning: 'registries spoken to without TLS, `host:port,host:port`',
    example: '10.0.0.5:5000,registry.lan:5000',
  },
  {
    name: 'KEELSON_BIND_ROOTS',
    fallback: '',
    meaning: 'directories whose files administrators may give to containers by bind mounts, `/path,/path`',
    example: '/srv/data,/home/shared',
  },
  {
    name: 'KEELSON_HOST_NAMESPACES',
    fallback: '',
    meaning: 'namespaces of the host in which administrators may let containers live, of `pid,ipc,uts,cgroup`',
    example: 'pid,uts',
  },
  {
    name: 'KEELSON_ROOTFS_BYTES',
    fallback: '',
    meaning: 'size of the root filesystem of a container that names none, in bytes or as `10G`; none: no bound',
    example: '10G',
  },
  {
    name: 'KEELSON_TENANT_ROOTFS_BYTES',
    fallback: '',
    meaning: 'what the sizes of all root filesystems of one tenant may come to; every container then needs a size',
    example: '500G',
  },
  {
    name: 'KEELSON_CDI_DIRECTORIES',
    fallback: '/etc/cdi,/var/run/cdi',
    meaning: 'directories with specs of GPUs and other vendor devices (CDI), `/path,/path`; a later one wins',
    example: '/etc/cdi',
  },
  {
    name: 'KEELSON_DATABASE_URL',
    fallback: 'file:$KEELSON_ROOT/keelson.db',
    meaning: '`file:` and an absolute path for SQLite, or `postgresql://…`',
    example: 'postgresql://keelson:secret@db.lan/keelson',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];
