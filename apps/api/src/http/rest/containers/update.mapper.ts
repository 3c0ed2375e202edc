import type { UpdateContainerResult, updateContainerInput } from '@keelson/contracts';
import type { z } from 'zod';
import type { Updated, UpdateRequest } from '../../../domain/containers/update-container.js';
import { withoutUndefined } from '../without-undefined.js';
import { toContainerDetail } from './container.mapper.js';
import { toDevices, toWantedResources } from './resources.mapper.js';

export function toUpdateRequest(body: z.output<typeof updateContainerInput>): UpdateRequest {
  const { whenRestartNeeded, resources = {}, devices, restartPolicy, ...rest } = body;
  const { ulimits, ...others } = resources;
  const change = {
    ...withoutUndefined(rest),
    resources: {
      ...withoutUndefined(others),
      ...(ulimits !== undefined && { ulimits: ulimits && toWantedResources({ ulimits }).ulimits }),
    },
    ...(devices && { devices: toDevices(devices) }),
    ...(restartPolicy && { restartPolicy: withoutUndefined(restartPolicy) }),
  };
  return { change: change as UpdateRequest['change'], whenRestartNeeded };
}

export function toUpdateResult({ container, requiresRestart }: Updated): UpdateContainerResult {
  return { container: toContainerDetail(container), requiresRestart: [...requiresRestart] };
}
