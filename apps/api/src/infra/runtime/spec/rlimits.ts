import type { Ulimit } from '../../../domain/containers/resources.js';
import type { OciRlimit } from './oci.js';

/** No core files: a handler in core_pattern would run on the host. The native side clamps to what this host may give. */
const DEFAULTS: readonly OciRlimit[] = [
  { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
  { type: 'RLIMIT_NOFILE', soft: 1_048_576, hard: 1_048_576 },
];

/** A limit that was asked for takes the place of the default of its name. */
export function rlimits(wanted: readonly Ulimit[] = []): OciRlimit[] {
  const own = wanted.map(({ name, soft, hard = soft }) => ({ type: `RLIMIT_${name.toUpperCase()}`, soft, hard }));
  return [...DEFAULTS.filter(({ type }) => !own.some((one) => one.type === type)), ...own];
}
