import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { Config, type HostName, type ListenAddress } from './config.js';
import { SETTINGS, type SettingName } from './settings.js';
import { StartupError } from './startup-error.js';

/** A Unix socket's path has 107 bytes at most (unix(7)); a container's control socket is `$KEELSON_RUN/c/<64 hex>/ctl`. */
const SOCKET_PATH_BYTES = 107;
const RUN_BYTES = SOCKET_PATH_BYTES - '/c/'.length - 64 - '/ctl'.length;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const text = z.string();
const refuse = (error: string) => ({ error });

const directory = text
  .refine(isAbsolute, refuse('write an absolute path'))
  .refine((path) => !/[\s,:\p{Cc}]/u.test(path), refuse('write a path without spaces, commas, colons and control characters'))
  .transform((path) => normalize(path));
const listen = text.transform(
  (value, context) => parseListen(value) ?? complain(context, 'write it as host:port, for example 127.0.0.1:7070'),
);
const host = text.transform((value, context) => parseHost(value) ?? complain(context, 'write name,name or https://name'));
const mirror = text.refine(isMirror, refuse('write an https:// address, or http:// with a loopback host'));
const registry = text.regex(/^[a-zA-Z0-9.-]+(:\d{1,5})?$|^\[[a-fA-F0-9:]+\](:\d{1,5})?$/, refuse('write host:port,host:port'));
const database = text.regex(
  /^file:\/|^postgres(ql)?:\/\//,
  refuse('write file:/absolute/path or postgresql://user:password@host/database'),
);

const bytes = text.transform((value, context) => {
  if (value === '') return null;
  const parsed = parseBytes(value);
  return parsed === undefined ? complain(context, 'write a number of bytes, or one with K, M, G or T, 16M at least') : parsed;
});

const environment = z.object({
  KEELSON_ROOT: directory,
  KEELSON_RUN: directory.refine(
    fits(RUN_BYTES),
    refuse(`use a path of at most ${RUN_BYTES} bytes, because sockets below it have at most 107`),
  ),
  KEELSON_LISTEN: listen,
  KEELSON_HOSTS: text.transform(splitList).pipe(z.array(host)),
  KEELSON_DOCKER_SOCKET: directory.refine(fits(SOCKET_PATH_BYTES), refuse(`use a path of at most ${SOCKET_PATH_BYTES} bytes`)),
  KEELSON_REGISTRY_MIRROR: z.literal('').or(mirror),
  KEELSON_INSECURE_REGISTRIES: text.transform(splitList).pipe(z.array(registry)),
  KEELSON_BIND_ROOTS: text.transform(splitList).pipe(z.array(directory)),
  KEELSON_HOST_NAMESPACES: text
    .transform(splitList)
    .pipe(z.array(z.enum(['pid', 'ipc', 'uts', 'cgroup'], refuse('write some of pid,ipc,uts,cgroup')))),
  KEELSON_ROOTFS_BYTES: bytes,
  KEELSON_TENANT_ROOTFS_BYTES: bytes,
  KEELSON_CDI_DIRECTORIES: text.transform(splitList).pipe(z.array(directory)),
  KEELSON_DATABASE_URL: database,
} satisfies Record<SettingName, z.ZodType>);

/** @throws StartupError with one sentence that names the setting, its value and what to write. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = withDefaults(env);
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new StartupError(sentence(parsed.error, given));
  const values = parsed.data;
  return new Config({
    root: values.KEELSON_ROOT,
    run: values.KEELSON_RUN,
    listen: values.KEELSON_LISTEN,
    hosts: values.KEELSON_HOSTS,
    dockerSocket: values.KEELSON_DOCKER_SOCKET,
    registryMirror: values.KEELSON_REGISTRY_MIRROR || null,
    insecureRegistries: values.KEELSON_INSECURE_REGISTRIES,
    bindRoots: values.KEELSON_BIND_ROOTS.map((root) => apartFrom(root, [values.KEELSON_ROOT, values.KEELSON_RUN])),
    hostNamespaces: values.KEELSON_HOST_NAMESPACES,
    rootfsBytes: values.KEELSON_ROOTFS_BYTES,
    tenantRootfsBytes: values.KEELSON_TENANT_ROOTFS_BYTES,
    cdiDirectories: values.KEELSON_CDI_DIRECTORIES,
    databaseUrl: values.KEELSON_DATABASE_URL,
    instanceHash: createHash('sha256').update(values.KEELSON_ROOT).digest('hex').slice(0, 8),
    version: ownVersion(),
  });
}

/** A container that could write where Keelson keeps its state would be free of every wall. */
function apartFrom(bindRoot: string, own: readonly string[]): string {
  const root = bindRoot.replace(/\/+$/, '');
  const met = own.find((directory) => `${directory}/`.startsWith(`${root}/`) || `${root}/`.startsWith(`${directory}/`));
  if (met === undefined) return root;
  throw new StartupError(
    `KEELSON_BIND_ROOTS has "${bindRoot}", which shares files with ${met}; choose a directory apart from Keelson's own`,
  );
}

/** An empty variable counts as absent, so that `KEELSON_LISTEN= npm start` means the default. */
function withDefaults(env: NodeJS.ProcessEnv): Record<SettingName, string> {
  const given: Partial<Record<SettingName, string>> = {};
  for (const { name, fallback } of SETTINGS)
    given[name] =
      env[name]?.replace(/\/+$/, '') ||
      fallback.replace('$KEELSON_ROOT', given.KEELSON_ROOT ?? '').replace('$KEELSON_RUN', given.KEELSON_RUN ?? '');
  return given as Record<SettingName, string>;
}

function sentence(error: z.ZodError, given: Record<SettingName, string>): string {
  const issue = error.issues[0];
  const name = issue?.path[0] as SettingName;
  // A database address holds a password.
  const shown = name === 'KEELSON_DATABASE_URL' ? 'not a database address' : `"${given[name]}"`;
  return `${name} is ${shown}; ${issue?.message}`;
}

function parseListen(value: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** `10G` and the like, in powers of 1024; whole blocks of 4 KiB. */
function parseBytes(value: string): number | undefined {
  const match = /^(\d{1,15})([KMGT]?)$/.exec(value);
  if (!match) return undefined;
  const parsed = Number(match[1]) * 1024 ** ' KMGT'.indexOf(match[2] || ' ');
  return parsed >= 16 * 1024 ** 2 && parsed <= 8 * 1024 ** 5 ? Math.floor(parsed / 4096) * 4096 : undefined;
}

/** A DNS name (RFC 1123), without a port: a proxy's may differ from ours. */
function parseHost(value: string): HostName | undefined {
  const match = /^(https:\/\/)?([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/i.exec(value);
  return match?.[2] === undefined ? undefined : { name: match[2].toLowerCase(), tls: match[1] !== undefined };
}

function complain(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function isMirror(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function fits(bytes: number) {
  return (path: string) => Buffer.byteLength(path) <= bytes;
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function ownVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return manifest.version;
}
