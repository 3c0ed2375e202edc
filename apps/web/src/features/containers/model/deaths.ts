import type { Death } from '@keelson/contracts';

/** Nothing went wrong: it was done, or stopped as it was told to. */
export function isClean({ cause, exitCode }: Pick<Death, 'cause' | 'exitCode'>): boolean {
  return cause === 'stopped' || (cause === 'exited' && exitCode === 0);
}
