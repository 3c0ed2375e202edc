// npm run check: format, lint and layers (biome and scripts/layers.mjs), sizes, types, dead code.
import { checkLayers } from './layers.mjs';
import { checkSizes } from './sizes.mjs';
import { run } from './toolchain.mjs';
import { UNITS } from './units.mjs';

export function checks() {
  checkLayers();
  checkSizes();
  for (const unit of [...UNITS, 'tests', 'bench']) run('tsc', ['-p', unit]);
  run('knip', []);
  process.stdout.write('check: clean\n');
}
