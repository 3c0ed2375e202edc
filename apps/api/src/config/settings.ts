/** A setting as docs/configuration.md lists it; a test keeps the two equal. */
interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const SETTINGS = [
  {
    name: 'KEELSON_ROOT',
    fallback: '/var/lib/keelson',
    meaning: 'directory of everything that outlives a reboot: database, images, containers',
  },
  { name: 'KEELSON_RUN', fallback: '/run/keelson', meaning: 'directory of sockets and run-time files, at most 36 bytes long' },
  { name: 'KEELSON_LISTEN', fallback: '127.0.0.1:7070', meaning: '`host:port` of dashboard, REST and WebSockets; IPv6 as `[::1]:7070`' },
  { name: 'KEELSON_DOCKER_SOCKET', fallback: '$KEELSON_RUN/docker.sock', meaning: 'path of the Docker socket, at most 107 bytes long' },
  {
    name: 'KEELSON_REGISTRY_MIRROR',
    fallback: '',
    meaning: 'registry asked first for names of docker.io, `https://…`; `http://…` for loopback only',
  },
  { name: 'KEELSON_INSECURE_REGISTRIES', fallback: '', meaning: 'registries spoken to without TLS, `host:port,host:port`' },
  {
    name: 'KEELSON_DATABASE_URL',
    fallback: 'file:$KEELSON_ROOT/keelson.db',
    meaning: '`file:` and an absolute path for SQLite, or `postgresql://…`',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];
