import type { ResolvedImage } from '@keelson/oci-registry';
import type { ImageHealthcheck } from '../../domain/images/images.js';

type Execution = ResolvedImage['config']['parsed']['config'];

const SHELL = ['/bin/sh', '-c'];
const NANOSECONDS = 1e9;
const DAY = 86_400;

/**
 * The HEALTHCHECK of a Dockerfile (docker image spec v1.2, `Healthcheck`): times are nanoseconds, 0 and absence mean docker's default, and what is
 * beyond our bounds comes to the bound. null: none, or a form that we do not know.
 */
export function healthcheckOf({ Healthcheck: wish, Shell }: Pick<Execution, 'Healthcheck' | 'Shell'>): ImageHealthcheck | null {
  const command = wish && commandOf(wish.Test, Shell);
  if (!wish || !command) return null;
  return {
    command,
    intervalSeconds: within(wish.Interval, 30, [0.1, DAY]),
    timeoutSeconds: within(wish.Timeout, 30, [0.1, 3600]),
    retries: Math.min(wish.Retries || 3, 1000),
    startPeriodSeconds: within(wish.StartPeriod, 0, [0, DAY]),
    startIntervalSeconds: within(wish.StartInterval, 5, [0.1, DAY]),
  };
}

function commandOf([form, ...words]: readonly string[], shell: readonly string[]): readonly string[] | null {
  if (!words[0]) return null;
  if (form === 'CMD') return words;
  return form === 'CMD-SHELL' ? [...(shell.length > 0 ? shell : SHELL), words[0]] : null;
}

function within(nanoseconds: number | undefined, absent: number, [least, most]: readonly [number, number]): number {
  return nanoseconds ? Math.min(Math.max(nanoseconds / NANOSECONDS, least), most) : absent;
}
