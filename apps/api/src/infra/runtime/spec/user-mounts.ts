import type { BindMount, ContainerMount, ImageMount, TmpfsMount } from '../../../domain/containers/container.js';
import { inMountingOrder } from '../../../domain/containers/mounts.js';
import type { OciMount } from './oci.js';

/** What a user mounts, after what every container has. */
export function userMounts(mounts: readonly ContainerMount[]): OciMount[] {
  return inMountingOrder(mounts).map(ociMount);
}

function ociMount(mount: ContainerMount): OciMount {
  if (mount.type === 'bind') return bind(mount);
  return mount.type === 'image' ? image(mount) : tmpfs(mount);
}

/** No type of the kernel's: launch.json says of which layers it is made. */
function image({ target, imageId }: ImageMount): OciMount {
  return { destination: target, type: 'image', source: imageId, options: ['ro', 'nosuid', 'nodev'] };
}

/** Options as docker's `--tmpfs`: no devices, no set-user-ID programs, and none at all unless asked for. */
function tmpfs({ target, sizeBytes, mode, exec, readOnly }: TmpfsMount): OciMount {
  const options = ['nosuid', 'nodev', ...(exec ? [] : ['noexec']), ...(readOnly ? ['ro'] : []), `mode=${mode}`];
  return { destination: target, type: 'tmpfs', source: 'tmpfs', options: [...options, ...(sizeBytes ? [`size=${sizeBytes}`] : [])] };
}

/** What holds for the source holds for everything mounted in it: a read-only tree has no writable corner. */
function bind({ source, target, readOnly, recursive, propagation }: BindMount): OciMount {
  const options = [recursive ? 'rbind' : 'bind', propagation, 'rnosuid', 'rnodev', 'ridmap', ...(readOnly ? ['rro'] : [])];
  return { destination: target, type: 'bind', source, options };
}
