// The container's view of files: what the host contributes, opened before the clone, and the assembly inside.
#pragma once

#include <string>
#include <vector>

#include "cgroup/hierarchy.h"
#include "spec/container_spec.h"
#include "spec/launch.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

struct GroupMount {
  std::string name;  // "memory", "cpu,cpuacct"; empty on v2
  sys::UniqueFd tree;
};

// Parent side. Detached clones of everything that comes from the host: the child, whose root is nobody on the host, could not
// walk to most of it, and what a path means is settled once, outside.
struct HostMounts {
  std::vector<sys::UniqueFd> binds;    // one for each entry of spec.mounts, empty where it is no bind mount
  std::vector<sys::UniqueFd> devices;  // one for each entry of spec.devices
  std::vector<spec::Link> links;       // made once everything is mounted
  std::vector<GroupMount> group;       // the container's own group, where it has no cgroup namespace to show just that
  cgroup::Mounted hierarchies;
  bool cgroup_v2 = false;
};
// `binds` of it, in the host's mount namespace: a clone that is to be shared is a peer of the host's mount only there.
sys::Result<std::vector<sys::UniqueFd>> open_binds(const spec::ContainerSpec& spec, const spec::Launch& launch);
// The whole, in a mount namespace of our own. `scratch` is a directory of the caller's, covered for a moment.
sys::Result<HostMounts> open_host_mounts(const spec::ContainerSpec& spec, std::vector<sys::UniqueFd> binds, const std::string& scratch);

// Parent side, once the root filesystem of layers is mounted: the images that the spec mounts. Changes the working directory.
sys::Result<void> open_image_mounts(const spec::ContainerSpec& spec, const spec::Launch& launch, const std::string& scratch, HostMounts& host);

// Child side, in the new user, mount, pid, network and cgroup namespaces, as their root, with the working directory on the
// (copied) mount of the rootfs: everything is mounted, nothing is masked yet. Returns the assembled root.
sys::Result<sys::UniqueFd> assemble_rootfs(const spec::ContainerSpec& spec, const HostMounts& host);

// Child side: read-only paths, masked paths, and the root itself where the spec wants it read-only.
sys::Result<void> seal_rootfs(const spec::ContainerSpec& spec, int root);

// Child side: binds an open file of the container over the (new) file `path`, e.g. the terminal over /dev/console.
sys::Result<void> bind_over(int root, int file, const std::string& path);

// Child side: makes `root` the root of all files and lets the host's tree go. Nothing of the host can be reached by path after.
sys::Result<void> pivot_to(int root);

// Child side, after the pivot: what the container mounts at its root reaches the namespaces that it makes and shares with.
sys::Result<void> share_root();

}  // namespace keelson::mount
