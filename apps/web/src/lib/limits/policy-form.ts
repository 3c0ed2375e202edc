import type { RestartPolicy } from '@keelson/contracts';
import type { Problems } from '../form/problems';
import { wholeNumber } from '../form/texts';

export interface PolicyForm {
  readonly restart: RestartPolicy['name'];
  readonly retries: string;
}

export function policyFormOf({ name, maximumRetryCount }: RestartPolicy): PolicyForm {
  return { restart: name, retries: maximumRetryCount ? String(maximumRetryCount) : '' };
}

export function readPolicy({ restart, retries }: PolicyForm): { restartPolicy: RestartPolicy; problems: Problems } {
  if (restart !== 'on-failure' || retries.trim() === '') return { restartPolicy: { name: restart }, problems: {} };
  const maximumRetryCount = wholeNumber(retries, 0);
  if (maximumRetryCount === undefined)
    return { restartPolicy: { name: restart }, problems: { 'restartPolicy.maximumRetryCount': 'number' } };
  return { restartPolicy: { name: restart, maximumRetryCount }, problems: {} };
}
