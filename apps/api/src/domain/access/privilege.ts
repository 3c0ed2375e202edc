/** What takes a wall between a container and the host down; each can be denied to a tenant. */
export type Privilege =
  | 'privileged'
  | 'capabilities'
  | 'seccomp'
  | 'devices'
  | 'cdi-devices'
  | 'bind-mounts'
  | 'host-network'
  | 'host-pid'
  | 'host-ipc'
  | 'host-uts'
  | 'host-cgroup';
