// Who may import whom: the table of imports is in biome.json, what no import says is here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { ROOT } from './root.mjs';
import { filesUnder } from './stamps.mjs';
import { run } from './toolchain.mjs';

const NATIVE = 'packages/runtime-native';

/** Format and lint are the same run of the same tool. */
export function checkLayers() {
  run('biome', ['ci', '--error-on-warnings', '.']);
  checkAddonLoader();
  checkEngineHeaders();
}

/** The addon's functions take numbers that nobody has checked yet: lib/ is the face that checks them. */
function checkAddonLoader() {
  const files = ['apps', 'packages', 'scripts', 'tests', 'bench'].flatMap(filesUnder).filter((file) => /\.([cm]?[jt]s|tsx)$/.test(file));
  for (const file of files)
    if (!file.startsWith(`${NATIVE}/lib/`) && /\.node['"`]|\bdlopen\(/.test(text(file)))
      fail(`${file} loads an addon; only ${NATIVE}/lib may, and others import @keelson/runtime-native`);
}

/** Everything but src/addon is linked into programs that have no JavaScript in them. */
function checkEngineHeaders() {
  for (const file of filesUnder(`${NATIVE}/src`)) {
    const header = /^\s*#\s*include\s*[<"]((?:napi|node_api|node|uv|v8)\.h)[>"]/m.exec(text(file))?.[1];
    if (header && !file.startsWith(`${NATIVE}/src/addon/`)) fail(`${file} includes <${header}>; only src/addon may`);
  }
}

const text = (file) => readFileSync(join(ROOT, file), 'utf8');
