import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aptGet } from '../apt.js';

/** Only maintainer scripts need these, and none is run here. */
const NOT_NEEDED = /^(perl|perl-base|perl-modules|libperl|adduser|debconf|dpkg|usrmerge|init-system-helpers|passwd|lib.*-perl)[-_.0-9]/;

/**
 * Downloads packages with everything they depend on, as for an empty system, from the host's own package sources.
 * Returns paths of .deb files by package name.
 */
export async function downloadPackages(names: readonly string[], directory: string): Promise<Map<string, string>> {
  await mkdir(join(directory, 'archives/partial'), { recursive: true });
  await aptGet(
    [
      ...['-o', 'Dir::State::status=/dev/null', '-o', `Dir::Cache=${directory}`, '-o', 'Debug::NoLocking=1'],
      ...['-y', '--no-install-recommends', '--download-only', 'install', 'usr-is-merged', ...names],
    ],
    { cwd: directory },
  );
  const files = (await readdir(join(directory, 'archives'))).filter((file) => file.endsWith('.deb') && !NOT_NEEDED.test(file)).sort();
  return new Map(files.map((file) => [file.split('_')[0] ?? file, join(directory, 'archives', file)]));
}
