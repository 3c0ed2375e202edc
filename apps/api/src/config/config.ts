/** Settings of one instance, read once at start. Everything an instance owns on the host derives from them. */
export class Config {
  /** State that outlives a reboot. */
  readonly root!: string;
  /** Sockets and run-time files; gone after a reboot. */
  readonly run!: string;
  readonly listen!: ListenAddress;
  /** Further names of this server, besides its addresses and the machine's own name. */
  readonly hosts!: readonly HostName[];
  readonly dockerSocket!: string;
  /** Asked first for names of docker.io. */
  readonly registryMirror!: string | null;
  /** `host:port` of registries spoken to without TLS. */
  readonly insecureRegistries!: readonly string[];
  /** Directories whose files containers may have by bind mounts; none by default. */
  readonly bindRoots!: readonly string[];
  /** Namespaces of the host that administrators may let containers live in; none by default. */
  readonly hostNamespaces!: readonly ('pid' | 'ipc' | 'uts' | 'cgroup')[];
  /** Size of the root filesystem of a container that names none. */
  readonly rootfsBytes!: number | null;
  /** What the sizes of one tenant's containers may come to. */
  readonly tenantRootfsBytes!: number | null;
  /** Where specs of vendors' devices lie (CDI); a later directory wins. */
  readonly cdiDirectories!: readonly string[];
  /** `file:` and an absolute path, or `postgresql://…`. */
  readonly databaseUrl!: string;
  /** 8 hex digits of the root's SHA-256: part of every kernel-wide name of this instance. */
  readonly instanceHash!: string;
  readonly version!: string;

  constructor(values: Config) {
    Object.assign(this, values);
  }
}

export interface HostName {
  readonly name: string;
  /** Whether a proxy speaks TLS under this name: a browser then gets its cookie for TLS only. */
  readonly tls: boolean;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}
