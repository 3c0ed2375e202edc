import { access, writeFile } from 'node:fs/promises';

/** Freezes or thaws a container's group behind the server's back, with cgroup v1 or v2. What is frozen on v1 waits in the state D and hears no SIGKILL. */
export async function setFreezer(cgroupPath: string, frozen: boolean): Promise<void> {
  const v2 = `/sys/fs/cgroup${cgroupPath}/cgroup.freeze`;
  const isV2 = await access(v2).then(
    () => true,
    () => false,
  );
  if (isV2) await writeFile(v2, frozen ? '1' : '0');
  else await writeFile(`/sys/fs/cgroup/freezer${cgroupPath}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
}
