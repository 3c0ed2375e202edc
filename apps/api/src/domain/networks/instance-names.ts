/** Names of one instance's kernel objects; interface names have at most 15 bytes. */
export interface NetworkNames {
  readonly bridge: string;
  /** Begins the host side of every container's interface, and nothing else on the host. */
  readonly interfacePrefix: string;
  /** The packet rules' tables. */
  readonly table: string;
}

/** `hash`: 8 hex digits of the instance (Config.instanceHash). */
export function networkNames(hash: string): NetworkNames {
  return { bridge: `kl${hash}`, interfacePrefix: `kv${hash.slice(0, 6)}`, table: `keelson_${hash}` };
}
