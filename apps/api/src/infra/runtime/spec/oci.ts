/** What we write of an OCI runtime spec (opencontainers/runtime-spec 1.2, config.md and config-linux.md). */
export interface OciSpec {
  readonly ociVersion: string;
  readonly process: OciProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly mounts: readonly OciMount[];
  readonly linux: OciLinux;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface OciProcess {
  readonly terminal: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: OciUser;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: OciCapabilities;
  readonly rlimits: readonly OciRlimit[];
  readonly noNewPrivileges: boolean;
  readonly oomScoreAdj?: number;
}

interface OciUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly umask: number;
}

export interface OciCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
}

/** -1 stands for unlimited: JavaScript cannot write the 2⁶⁴-1 of OCI. */
export interface OciRlimit {
  readonly type: string;
  readonly soft: number;
  readonly hard: number;
}

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

interface OciOffset {
  readonly secs: number;
  readonly nanosecs: number;
}

export interface OciTimeOffsets {
  readonly timeOffsets?: { readonly monotonic: OciOffset; readonly boottime: OciOffset };
}

interface OciLinux extends OciTimeOffsets {
  readonly namespaces: readonly OciNamespace[];
  readonly uidMappings: readonly OciIdMapping[];
  readonly gidMappings: readonly OciIdMapping[];
  readonly devices: readonly OciDevice[];
  readonly sysctl: Readonly<Record<string, string>>;
  readonly cgroupsPath: string;
  readonly resources: OciResources;
  readonly seccomp?: SeccompProfile;
  readonly rootfsPropagation: 'private';
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

/** `linux.seccomp`, passed through as the profile file has it. */
export type SeccompProfile = Readonly<Record<string, unknown>>;

/** Without a path: a new one. */
export interface OciNamespace {
  readonly type: string;
  readonly path?: string;
}

export interface OciIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface OciDevice {
  readonly path: string;
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface OciDeviceRule {
  readonly allow: boolean;
  readonly type?: 'a' | 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/** A rate or weight of zero takes the device's own one back. */
interface OciRate {
  readonly major: number;
  readonly minor: number;
  readonly rate: number;
}

export interface OciBlockIo {
  readonly weight?: number;
  readonly weightDevice?: readonly { readonly major: number; readonly minor: number; readonly weight: number }[];
  readonly throttleReadBpsDevice?: readonly OciRate[];
  readonly throttleWriteBpsDevice?: readonly OciRate[];
  readonly throttleReadIOPSDevice?: readonly OciRate[];
  readonly throttleWriteIOPSDevice?: readonly OciRate[];
}

/** Bytes, microseconds and counts; an absent field means no own limit. */
export interface OciResources {
  readonly memory?: {
    readonly limit?: number;
    readonly swap?: number;
    readonly reservation?: number;
    readonly swappiness?: number;
  };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly cpus?: string;
    readonly mems?: string;
  };
  readonly blockIO?: OciBlockIo;
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[];
  readonly pids: { readonly limit: number };
  readonly devices: readonly OciDeviceRule[];
}
