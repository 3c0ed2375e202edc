// Builds what changed, in the order of the imports.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateClients } from './database.mjs';
import { say } from './fail.mjs';
import { fingerprint, isFresh, markFresh } from './stamps.mjs';
import { nodeHome, ROOT, run } from './toolchain.mjs';
import { UNITS, WEB } from './units.mjs';

/** The packages whose types apps/api is compiled against. */
const IMPORTED = ['packages/contracts/src', 'packages/oci-registry/src', 'packages/runtime-native/lib', 'prisma/schema'];

export function build() {
  buildNative();
  generateClients();
  for (const unit of UNITS) if (unit !== WEB) buildTypeScript(unit);
  if (UNITS.includes(WEB)) buildWeb();
}

/** `--nodedir` keeps node-gyp from fetching headers: the pinned Node package carries its own. */
function buildNative() {
  const directory = 'packages/runtime-native';
  const inputs = fingerprint(
    ['binding.gyp', 'src', 'test/unit', 'test/privileged', 'test/probe', 'third_party'].map((part) => `${directory}/${part}`),
  );
  if (isFresh('native', inputs) && existsSync(join(ROOT, directory, 'build', 'Release'))) return;
  say(`building ${directory}`);
  run('node-gyp', ['rebuild', '--silent', '-j', '2', `--nodedir=${nodeHome()}`], { cwd: join(ROOT, directory), quiet: true });
  markFresh('native', inputs);
}

function buildTypeScript(unit) {
  const name = unit.replace('/', '-');
  const inputs = fingerprint(['tsconfig.base.json', unit, ...(unit === 'apps/api' ? IMPORTED : [])]);
  if (isFresh(name, inputs) && existsSync(join(ROOT, unit, 'dist'))) return;
  say(`building ${unit}`);
  run('tsc', ['-p', join(unit, 'tsconfig.build.json')]);
  markFresh(name, inputs);
}

/** The dashboard as files. `.next` is kept between builds: with it the next one takes a third of the time. */
function buildWeb() {
  const inputs = fingerprint([
    'tsconfig.base.json',
    'pnpm-lock.yaml',
    'packages/contracts/src',
    ...['src', 'public', 'package.json', 'tsconfig.json', 'next.config.ts', 'postcss.config.mjs'].map((part) => `${WEB}/${part}`),
  ]);
  if (isFresh('apps-web', inputs) && existsSync(join(ROOT, WEB, 'out', 'index.html'))) return;
  say(`building ${WEB}`);
  run(join(ROOT, WEB, 'node_modules/.bin/next'), ['build'], { cwd: join(ROOT, WEB), quiet: true });
  markFresh('apps-web', inputs);
}
