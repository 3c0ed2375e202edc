// npm run check: format, lint and layers (biome), the addon boundary, sizes, types, dead code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { checkSizes } from './sizes.mjs';
import { filesUnder } from './stamps.mjs';
import { ROOT, run } from './toolchain.mjs';
import { UNITS } from './units.mjs';

export function checks() {
  run('biome', ['ci', '--error-on-warnings', '.']);
  checkAddonBoundary();
  checkSizes();
  for (const unit of [...UNITS, 'tests', 'bench']) run('tsc', ['-p', unit]);
  run('knip', []);
  process.stdout.write('check: clean\n');
}

/** src/core is linked into programs that have no JavaScript in them. */
function checkAddonBoundary() {
  for (const file of filesUnder('packages/runtime-native/src/core'))
    if (readFileSync(join(ROOT, file), 'utf8').includes('<napi.h>')) fail(`${file} includes <napi.h>; only src/addon may`);
}
