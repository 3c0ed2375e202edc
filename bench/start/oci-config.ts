/** What `runc spec` writes for a process without a terminal, with a memory limit and a root that is used as it is: less work than ours. */
export function ociConfig(root: string, cgroupsPath: string): object {
  const mount = (destination: string, type: string, ...options: string[]) => ({ destination, type, source: type, options });
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/bin/true'], env: ['PATH=/bin'], cwd: '/', noNewPrivileges: true },
    root: { path: root, readonly: true },
    hostname: 'bench',
    mounts: [
      mount('/proc', 'proc'),
      mount('/dev', 'tmpfs', 'nosuid', 'mode=755'),
      mount('/sys', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
    ],
    linux: {
      cgroupsPath,
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      resources: { memory: { limit: 67_108_864 }, pids: { limit: 1024 } },
    },
  };
}
