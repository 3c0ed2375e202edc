import type { Resources, Ulimit } from '../resources.js';
import { limitInvalid } from './refuse-limit.js';

/** getrlimit(2). */
const ULIMITS: ReadonlySet<string> = new Set([
  ...['as', 'core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue'],
  ...['nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
]);
const UNLIMITED = -1;

export function checkProcesses({ pidsLimit, oomScoreAdj, ulimits = [] }: Resources): void {
  if (pidsLimit !== undefined && pidsLimit < 1 && pidsLimit !== UNLIMITED) {
    throw limitInvalid('pidsLimit', `pids limit ${pidsLimit} leaves no room for a process; use 1 or more, or -1 for no limit`);
  }
  if (oomScoreAdj !== undefined && !(oomScoreAdj >= -1000 && oomScoreAdj <= 1000)) {
    throw limitInvalid('oomScoreAdj', `oom score ${oomScoreAdj} is not between -1000 and 1000; choose one in that range`);
  }
  const seen = new Set<string>();
  for (const ulimit of ulimits) {
    checkUlimit(ulimit);
    if (seen.has(ulimit.name)) throw limitInvalid('ulimits', `ulimit ${ulimit.name} is given twice; keep one of them`);
    seen.add(ulimit.name);
  }
}

function checkUlimit({ name, soft, hard = soft }: Ulimit): void {
  if (!ULIMITS.has(name)) {
    throw limitInvalid('ulimits', `"${name}" is not a ulimit; the kernel has ${[...ULIMITS].join(', ')}`);
  }
  for (const bound of [soft, hard]) {
    if (Number.isSafeInteger(bound) && bound >= UNLIMITED) continue;
    throw limitInvalid('ulimits', `ulimit ${name}=${bound} is not a whole number of 0 or more, or -1 for unlimited`);
  }
  if (hard === UNLIMITED || (soft !== UNLIMITED && soft <= hard)) return;
  const shown = soft === UNLIMITED ? 'unlimited' : String(soft);
  throw limitInvalid('ulimits', `the soft limit ${shown} of ulimit ${name} is above its hard limit ${hard}; raise hard or lower soft`);
}
