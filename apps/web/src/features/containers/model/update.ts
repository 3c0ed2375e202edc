import type { ContainerDetail, Resources, RestartPolicy, UpdateContainerInput } from '@keelson/contracts';
import { changesOf } from '../../../lib/limits/read-limits';

type Before = Pick<ContainerDetail, 'resources' | 'restartPolicy'>;

/** What to ask for so that a container has these limits and this policy; empty where it has. */
export function changeOf(before: Before, resources: Resources, restartPolicy: RestartPolicy): UpdateContainerInput {
  const limits = changesOf(before.resources, resources);
  const samePolicy =
    before.restartPolicy.name === restartPolicy.name &&
    (before.restartPolicy.maximumRetryCount ?? 0) === (restartPolicy.maximumRetryCount ?? 0);
  return { ...(Object.keys(limits).length > 0 && { resources: limits }), ...(!samePolicy && { restartPolicy }) };
}
