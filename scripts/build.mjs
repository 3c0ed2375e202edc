// Builds what changed, in the order of the imports.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isFresh, markFresh } from './stamps.mjs';
import { nodeHome, ROOT, run } from './toolchain.mjs';
import { UNITS } from './units.mjs';

/** The packages whose types apps/api is compiled against. */
const IMPORTED = ['packages/contracts/src', 'packages/oci-registry/src', 'packages/runtime-native/lib'];

export function build() {
  buildNative();
  for (const unit of UNITS) buildTypeScript(unit);
}

/** `--nodedir` keeps node-gyp from fetching headers: the pinned Node package carries its own. */
function buildNative() {
  const directory = 'packages/runtime-native';
  const inputs = fingerprint(
    ['binding.gyp', 'src', 'test/unit', 'test/privileged', 'test/probe', 'third_party'].map((part) => `${directory}/${part}`),
  );
  if (isFresh('native', inputs) && existsSync(join(ROOT, directory, 'build', 'Release'))) return;
  run('node-gyp', ['rebuild', '--silent', '-j', '2', `--nodedir=${nodeHome()}`], { cwd: join(ROOT, directory), quiet: true });
  markFresh('native', inputs);
}

function buildTypeScript(unit) {
  const name = unit.replace('/', '-');
  const inputs = fingerprint(['tsconfig.base.json', unit, ...(unit === 'apps/api' ? IMPORTED : [])]);
  if (isFresh(name, inputs) && existsSync(join(ROOT, unit, 'dist'))) return;
  run('tsc', ['-p', join(unit, 'tsconfig.build.json')]);
  markFresh(name, inputs);
}
