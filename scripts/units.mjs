// The TypeScript projects of the workspace, in the order of their imports.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './toolchain.mjs';

/** Built by Next, checked like the others. */
export const WEB = 'apps/web';

export const UNITS = ['packages/contracts', 'packages/oci-registry', 'packages/runtime-native', 'apps/api', WEB].filter((unit) =>
  existsSync(join(ROOT, unit, 'tsconfig.json')),
);
