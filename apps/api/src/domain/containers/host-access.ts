import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import { DomainError } from '../errors.js';
import type { BindMount, ContainerMount } from './container.js';
import type { HostNamespace } from './namespaces.js';

/** What of the host this instance lets containers have; nothing unless its settings say so. */
export interface HostAccess {
  /** Directories in which the sources of bind mounts may lie; in their shortest form. */
  readonly bindRoots: readonly string[];
  /** Namespaces of its own that it shares with containers of administrators. */
  readonly hostNamespaces: readonly HostNamespace[];
}

/** What a container asks of the host. */
interface Wish {
  readonly mounts: readonly ContainerMount[];
}

/**
 * The one place that decides about a container's way out of its walls (R7). Throws `forbidden` for those who may not at all, and for
 * what no setting allows.
 */
export function checkHostAccess(principal: Principal, { mounts }: Wish, access: HostAccess): void {
  for (const [at, mount] of mounts.entries()) {
    if (mount.type !== 'bind') continue;
    const field = `mounts.${at}.source`;
    checkPrivileges(principal, [{ privilege: 'bind-mounts', field }]);
    requireBindRoot(mount, access, field);
  }
}

/** The bind root that holds the source. Throws `forbidden`: none does, or none any more. */
export function requireBindRoot({ source }: BindMount, { bindRoots }: Pick<HostAccess, 'bindRoots'>, field: string): string {
  const root = bindRoots.find((one) => source === one || source.startsWith(`${one}/`));
  if (root !== undefined) return root;
  const message =
    bindRoots.length === 0
      ? 'bind mounts are off: KEELSON_BIND_ROOTS names no directory whose files containers may have; set it, or use a tmpfs'
      : `${source} is in none of the directories of KEELSON_BIND_ROOTS: ${bindRoots.join(', ')}`;
  throw new DomainError('forbidden', message, { field });
}
