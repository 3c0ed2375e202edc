import { access, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Config } from '../../config/config.js';
import type { SeccompProfile } from './spec/oci.js';

const DEFAULT_ROOT = '/var/lib/keelson';
const CPUS = '/sys/devices/system/cpu';

/** The cgroup above all containers of an instance: a plain name for the host's own instance, the root's hash for every other. */
export function cgroupSlice({ root, instanceHash }: Config): string {
  return root === DEFAULT_ROOT ? 'keelson.slice' : `keelson-${instanceHash}.slice`;
}

/** The allow list that every container runs under. */
export async function readSeccompProfile(): Promise<SeccompProfile> {
  const file = createRequire(import.meta.url).resolve('@keelson/runtime-native/profiles/default-seccomp.json');
  return JSON.parse(await readFile(file, 'utf8')) as SeccompProfile;
}

/** Each CPU's heat tells what its neighbours compute (SECURITY.md §1, row 24); which CPUs have the files differs by host. */
export async function readHostMaskedPaths(): Promise<string[]> {
  const names = (await readdir(CPUS).catch(() => [])).filter((name) => /^cpu\d+$/.test(name));
  const paths = names.map((name) => `${CPUS}/${name}/thermal_throttle`);
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, at) => there[at]);
}
