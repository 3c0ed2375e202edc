/** Devices of vendors by the Container Device Interface (SPEC.md of cncf-tags/container-device-interface). */

/** `all`, so many, or these by their names in the vendor's specs. */
export type Gpus = 'all' | number | { readonly devices: readonly string[] };

/** What of a vendor's devices a container asks for. */
export interface WantedCdi {
  readonly gpus: Gpus | null;
  /** `vendor.com/class=name`. */
  readonly cdiDevices: readonly string[];
}

export interface CdiNode {
  /** Inside. */
  readonly path: string;
  readonly hostPath: string;
  /** Absent: as the host's node. */
  readonly type?: 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  /** Permission bits; absent: 0666. */
  readonly fileMode?: number;
  /** Of `r`, `w` and `m`. */
  readonly permissions: string;
  /** Inside; absent: whoever the container's process is. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface CdiMount {
  readonly type: 'bind' | 'tmpfs';
  readonly hostPath: string;
  readonly containerPath: string;
  readonly options: readonly string[];
}

/** A symbolic link inside. */
export interface CdiLink {
  readonly path: string;
  readonly target: string;
}

/** What one spec, or one device of it, changes of a container. */
export interface CdiEdits {
  readonly env: readonly string[];
  readonly nodes: readonly CdiNode[];
  readonly mounts: readonly CdiMount[];
  readonly groups: readonly number[];
  readonly links: readonly CdiLink[];
  /** Directories inside whose libraries the container's loader should find. */
  readonly libraryFolders: readonly string[];
  /** Hooks that are left out, since nothing in a container needs them here. */
  readonly skippedHooks: readonly string[];
  /** Why a container cannot have it; null: it can. */
  readonly problem: string | null;
}

export interface CdiDevice {
  /** `vendor.com/class`. */
  readonly kind: string;
  readonly name: string;
  /** The file that describes it. */
  readonly file: string;
  /** Those of its spec first, once for all devices of that file. */
  readonly specEdits: CdiEdits;
  readonly edits: CdiEdits;
}

/** A file that could not be read as a spec. */
export interface CdiFault {
  readonly file: string;
  readonly problem: string;
}

export interface CdiInventory {
  readonly directories: readonly string[];
  /** One for each qualified name. */
  readonly devices: readonly CdiDevice[];
  readonly faults: readonly CdiFault[];
}

export function wantsCdi({ gpus, cdiDevices }: WantedCdi): boolean {
  return gpus !== null || cdiDevices.length > 0;
}

export function qualifiedName({ kind, name }: Pick<CdiDevice, 'kind' | 'name'>): string {
  return `${kind}=${name}`;
}

/** Why a container cannot have the device; null: it can. */
export function problemOf({ specEdits, edits }: CdiDevice): string | null {
  return specEdits.problem ?? edits.problem;
}
