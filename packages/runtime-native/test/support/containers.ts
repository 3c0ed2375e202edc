import { join } from 'node:path';

import { signal, startSupervisor, watch } from '../../lib/index.js';
import type { Bundle } from './bundle.js';

/** A container started by the addon, as the server does it. */
export async function startContainer(bundle: Bundle) {
  const started = await startSupervisor({ bundle: bundle.directory });
  const control = join(bundle.launch.runDir, 'ctl');
  const watched = await watch(control);
  const end = async () => {
    await signal(control, 9).catch(() => undefined);
    return watched.exit;
  };
  return { ...started, control, state: watched.state, exit: watched.exit, end };
}
