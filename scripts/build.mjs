// Builds what changed, in the order of the imports.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateClients } from './database.mjs';
import { say } from './fail.mjs';
import { ROOT } from './root.mjs';
import { fingerprint, isFresh, markFresh } from './stamps.mjs';
import { nodeHome, run } from './toolchain.mjs';
import { UNITS, WEB } from './units.mjs';

/** The packages whose types apps/api is compiled against. */
const IMPORTED = ['packages/contracts/src', 'packages/oci-registry/src', 'packages/runtime-native/lib', 'prisma/schema'];

/** What the product needs, or everything that the suites and checks need as well. */
export function build({ tests = true } = {}) {
  if (tests) buildNative('native-tests', ['all'], ['test/unit', 'test/privileged', 'test/probe']);
  else buildNative('native', ['keelson_runtime', 'keelson-init', 'keelson-supervisor', 'keelson-unpack']);
  generateClients();
  for (const unit of UNITS) if (unit !== WEB) buildTypeScript(unit);
  buildWeb();
}

/** `--nodedir` keeps node-gyp from fetching headers: the pinned Node package carries its own. */
function buildNative(stamp, targets, more = []) {
  const directory = 'packages/runtime-native';
  const inputs = (parts) => fingerprint(parts.map((part) => `${directory}/${part}`));
  const product = inputs(['binding.gyp', 'src', 'third_party']);
  const wanted = inputs(['binding.gyp', 'src', 'third_party', ...more]);
  if (isFresh(stamp, wanted) && existsSync(join(ROOT, directory, 'build', 'Release'))) return;
  say(`compiling ${directory}`);
  const cwd = join(ROOT, directory);
  run('node-gyp', ['configure', '--silent', `--nodedir=${nodeHome()}`], { cwd, quiet: true });
  run('make', ['-s', '-j2', '-C', 'build', 'BUILDTYPE=Release', ...targets], { cwd, quiet: true });
  markFresh(stamp, wanted);
  markFresh('native', product);
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
