#include "mount/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "cgroup/cgroup.h"
#include "mount/copy_up.h"
#include "mount/detached.h"
#include "mount/device_nodes.h"
#include "mount/idmap.h"
#include "mount/options.h"
#include "ns/flags.h"
#include "mount/overlay.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::mount {
namespace {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

bool is_bind(const spec::Mount& mount) {
  if (mount.type == "bind") return true;
  for (const std::string& option : mount.options)
    if (option == "bind" || option == "rbind") return true;
  return false;
}

Stage stage_of(const spec::Mount& mount) {
  if (mount.type == "proc") return Stage::mount_proc;
  if (mount.type == "sysfs") return Stage::mount_sys;
  if (mount.type == "cgroup" || mount.type == "cgroup2") return Stage::mount_cgroup;
  return Stage::mount_entry;
}

// Mount points have the modes that Docker gives to what it has to make.
constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;

std::pair<std::string, std::string> split_parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

Result<UniqueFd> file_target(Stage stage, int root, const std::string& path) {
  const auto [parent, name] = split_parent(path);
  UniqueFd directory = KEELSON_TRY(sys::mkdir_p_in_root(stage, root, parent, kDirectoryMode));
  // Made only where nothing is: an image's own file, or its symbolic link resolved inside the root, is used as it is.
  UniqueFd made(::openat(directory.get(), name.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (made) return made;
  Result<UniqueFd> found = sys::open_in_root(stage, root, path, O_PATH);
  if (found.ok() || found.error().err != ENOENT) return found;
  // A link to nowhere, such as the /etc/resolv.conf of distributions with systemd-resolved: a file takes its place.
  if (::unlinkat(directory.get(), name.c_str(), 0) != 0) return os_error(stage, "cannot replace the dangling link " + path);
  UniqueFd replaced(::openat(directory.get(), name.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!replaced) return os_error(stage, "cannot create " + path);
  return replaced;
}

Result<UniqueFd> directory_target(Stage stage, int root, const std::string& path) {
  return sys::mkdir_p_in_root(stage, root, path, kDirectoryMode);
}

Result<bool> is_directory(Stage stage, int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return os_error(stage, "cannot look at " + name);
  return S_ISDIR(status.st_mode);
}

// Files of /proc that others serve to containers with their own figures (lxcfs); nothing is masked by or written to them.
bool is_served_file(const std::string& path) {
  constexpr std::string_view kServed[] = {"/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg", "/proc/meminfo",
                                          "/proc/slabinfo", "/proc/stat",     "/proc/swaps",   "/proc/uptime"};
  return std::find(std::begin(kServed), std::end(kServed), path) != std::end(kServed);
}

// A path of the image may be a link to /proc or /sys: a mount there would stand in for what we write to and mask (R3). Where the spec itself names
// a place in /sys, as for a bind of the host's /sys/fs/cgroup, that place is meant.
Result<void> refuse_kernel_files(int target, const std::string& name) {
  if (name == "/sys" || name.starts_with("/sys/") || is_served_file(name)) return {};
  struct statfs status {};
  if (::fstatfs(target, &status) != 0) return os_error(Stage::mount_entry, "cannot look at " + name);
  if (status.f_type != PROC_SUPER_MAGIC && status.f_type != SYSFS_MAGIC) return {};
  return sys::Error{Stage::mount_entry, EPERM, "the target " + name + " leads to files of the kernel, where nothing is mounted"};
}

Result<void> mount_bind(int root, const spec::Mount& mount, int source) {
  const bool directory = KEELSON_TRY(is_directory(Stage::mount_entry, source, mount.source));
  UniqueFd target = directory ? KEELSON_TRY(directory_target(Stage::mount_entry, root, mount.destination))
                              : KEELSON_TRY(file_target(Stage::mount_entry, root, mount.destination));
  KEELSON_TRY(refuse_kernel_files(target.get(), mount.destination));
  return attach(Stage::mount_entry, source, target.get(), mount.destination);
}

Result<void> mount_filesystem(int root, const spec::Mount& mount, const MountOptions& options, const std::string& type) {
  const Stage stage = stage_of(mount);
  UniqueFd filesystem = KEELSON_TRY(new_filesystem(stage, type, mount.source, options));
  UniqueFd target = KEELSON_TRY(directory_target(stage, root, mount.destination));
  if (type == "tmpfs") KEELSON_TRY(refuse_kernel_files(target.get(), mount.destination));
  if (options.copy_up) KEELSON_TRY(copy_up(target.get(), filesystem.get(), mount.destination));
  return attach(stage, filesystem.get(), target.get(), mount.destination);
}

// cgroup v1 has a filesystem for each hierarchy; in a cgroup namespace each shows the container's own group as its root.
// The directory for them is made, filled, and only then made read-only.
Result<void> mount_cgroup_v1(int root, const spec::Mount& mount, const HostMounts& host) {
  const MountOptions wanted = parse_options(mount.options);
  MountOptions directory = wanted;
  directory.attributes &= ~static_cast<uint64_t>(MOUNT_ATTR_RDONLY);
  directory.data = {{"mode", "0755"}, {"size", "64k"}};
  UniqueFd tmpfs = KEELSON_TRY(new_filesystem(Stage::mount_cgroup, "tmpfs", "cgroup", directory));
  for (const cgroup::Hierarchy& hierarchy : host.hierarchies.v1) {
    std::string name;
    MountOptions options;
    options.attributes = wanted.attributes;
    for (const std::string& controller : hierarchy.controllers) {
      options.data.emplace_back(controller, "");
      name += (name.empty() ? "" : ",") + controller;
    }
    UniqueFd filesystem = KEELSON_TRY(new_filesystem(Stage::mount_cgroup, "cgroup", "cgroup", options));
    UniqueFd target = KEELSON_TRY(directory_target(Stage::mount_cgroup, tmpfs.get(), name));
    KEELSON_TRY(attach(Stage::mount_cgroup, filesystem.get(), target.get(), mount.destination + "/" + name));
  }
  sys::MountAttr final;
  final.set = wanted.attributes;
  if (sys::mount_setattr(tmpfs.get(), "", AT_EMPTY_PATH, final) != 0)
    return os_error(Stage::mount_cgroup, "cannot set the attributes of " + mount.destination);
  UniqueFd target = KEELSON_TRY(directory_target(Stage::mount_cgroup, root, mount.destination));
  return attach(Stage::mount_cgroup, tmpfs.get(), target.get(), mount.destination);
}

// Without a cgroup namespace a new cgroup filesystem would show the groups of the whole host: the container's own group is bound instead.
Result<void> mount_group(int root, const spec::Mount& mount, const HostMounts& host) {
  const MountOptions wanted = parse_options(mount.options);
  UniqueFd base = KEELSON_TRY(directory_target(Stage::mount_cgroup, root, mount.destination));
  UniqueFd tmpfs;
  if (!host.cgroup_v2) {
    MountOptions directory = wanted;
    directory.attributes &= ~static_cast<uint64_t>(MOUNT_ATTR_RDONLY);
    directory.data = {{"mode", "0755"}, {"size", "64k"}};
    tmpfs = KEELSON_TRY(new_filesystem(Stage::mount_cgroup, "tmpfs", "cgroup", directory));
    KEELSON_TRY(attach(Stage::mount_cgroup, tmpfs.get(), base.get(), mount.destination));
  }
  sys::MountAttr final;
  final.set = wanted.attributes;
  for (const GroupMount& one : host.group) {
    if (sys::mount_setattr(one.tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, final) != 0)
      return os_error(Stage::mount_cgroup, "cannot set the attributes of " + mount.destination);
    UniqueFd target = one.name.empty() ? std::move(base) : KEELSON_TRY(directory_target(Stage::mount_cgroup, tmpfs.get(), one.name));
    KEELSON_TRY(attach(Stage::mount_cgroup, one.tree.get(), target.get(), mount.destination + "/" + one.name));
  }
  if (tmpfs && sys::mount_setattr(tmpfs.get(), "", AT_EMPTY_PATH, final) != 0)
    return os_error(Stage::mount_cgroup, "cannot set the attributes of " + mount.destination);
  return {};
}

Result<void> mount_cgroup(int root, const spec::Mount& mount, const HostMounts& host) {
  if (!host.group.empty()) return mount_group(root, mount, host);
  if (!host.cgroup_v2) return mount_cgroup_v1(root, mount, host);
  MountOptions options = parse_options(mount.options);
  options.data.clear();
  return mount_filesystem(root, mount, options, "cgroup2");
}

// The kernel's own filesystems lie where masks and read-only paths look for them. An image whose /proc is a link to / would have its procfs beside
// the masks, within reach as "/..".
bool is_kernel_place(const std::string& path) {
  for (const std::string_view top : {"/proc", "/sys", "/dev"})
    if (path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/')) return true;
  return false;
}

Result<void> refuse_links(int root, const spec::Mount& mount) {
  if (!is_kernel_place(mount.destination)) return {};
  const Result<UniqueFd> place = sys::open_in_root(stage_of(mount), root, mount.destination, O_PATH, 0, RESOLVE_NO_SYMLINKS);
  if (place.ok() || place.error().err != ELOOP) return {};
  return sys::Error{stage_of(mount), ELOOP, mount.destination + " is or lies behind a symbolic link of the image; it must be a directory"};
}

Result<void> mount_entry(int root, const spec::Mount& mount, const UniqueFd& source, const HostMounts& host) {
  KEELSON_TRY(refuse_links(root, mount));
  if (source) return mount_bind(root, mount, source.get());
  if (mount.type == "cgroup" || mount.type == "cgroup2") return mount_cgroup(root, mount, host);
  return mount_filesystem(root, mount, parse_options(mount.options), mount.type);
}

// A node from outside, bound over an empty file: a user namespace cannot make one that works.
Result<void> mount_devices(int root, const spec::ContainerSpec& spec, const HostMounts& host) {
  for (size_t at = 0; at < spec.devices.size(); ++at) {
    UniqueFd target = KEELSON_TRY(file_target(Stage::mount_dev, root, spec.devices[at].path));
    KEELSON_TRY(attach(Stage::mount_dev, host.devices[at].get(), target.get(), spec.devices[at].path));
  }
  return {};
}

// OCI runtime spec, config-linux.md "Default Devices" and runtime-linux.md "Dev symbolic links".
Result<void> link_devices(int root) {
  constexpr std::pair<const char*, const char*> kLinks[] = {{"fd", "/proc/self/fd"},
                                                            {"stdin", "/proc/self/fd/0"},
                                                            {"stdout", "/proc/self/fd/1"},
                                                            {"stderr", "/proc/self/fd/2"},
                                                            {"ptmx", "pts/ptmx"}};
  UniqueFd dev = KEELSON_TRY(directory_target(Stage::mount_dev, root, "/dev"));
  for (const auto& [name, target] : kLinks)
    if (::symlinkat(target, dev.get(), name) != 0 && errno != EEXIST)
      return os_error(Stage::mount_dev, std::string("cannot link /dev/") + name);
  return {};
}

// In the layer of the container's own, as its root. What the image has there gives way, a directory does not.
Result<void> make_links(int root, const std::vector<spec::Link>& links) {
  for (const spec::Link& link : links) {
    const auto [parent, name] = split_parent(link.path);
    const UniqueFd directory = KEELSON_TRY(sys::mkdir_p_in_root(Stage::mount_entry, root, parent, kDirectoryMode));
    if (::symlinkat(link.target.c_str(), directory.get(), name.c_str()) == 0) continue;
    const bool replaced = errno == EEXIST && ::unlinkat(directory.get(), name.c_str(), 0) == 0 &&
                          ::symlinkat(link.target.c_str(), directory.get(), name.c_str()) == 0;
    if (!replaced) return os_error(Stage::mount_entry, "cannot make the link " + link.path + " to " + link.target);
  }
  return {};
}

// The node itself, not what the name may have been made to mean (CVE-2025-31133).
Result<UniqueFd> open_null(int root) {
  UniqueFd null = KEELSON_TRY(sys::open_in_root(Stage::mount_mask, root, "dev/null", O_PATH, 0, RESOLVE_NO_SYMLINKS));
  struct stat status {};
  if (::fstat(null.get(), &status) != 0) return os_error(Stage::mount_mask, "cannot look at /dev/null");
  if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
    return sys::Error{Stage::mount_mask, ENODEV, "/dev/null of the container is not the node 1:3, so nothing can be masked with it"};
  return null;
}

// A masked file reads as empty, a masked directory is empty and read-only.
Result<void> mask_paths(int root, const std::vector<std::string>& paths) {
  MountOptions options;
  options.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  options.data = {{"size", "0"}, {"nr_inodes", "1"}};
  if (paths.empty()) return {};
  UniqueFd null = KEELSON_TRY(open_null(root));
  UniqueFd empty;
  for (const std::string& path : paths) {
    sys::Result<UniqueFd> target = sys::open_in_root(Stage::mount_mask, root, path, O_PATH);
    // ENOENT: a kernel without that file. ENOTDIR: without its directory.
    if (!target.ok() && (target.error().err == ENOENT || target.error().err == ENOTDIR)) continue;
    if (!target.ok()) return target.error();
    const bool directory = KEELSON_TRY(is_directory(Stage::mount_mask, target.value().get(), path));
    if (directory && !empty) {
      // Attached first, cloned for the others: kernels before 6.15 clone no detached mount.
      empty = KEELSON_TRY(new_filesystem(Stage::mount_mask, "tmpfs", "masked", options));
      KEELSON_TRY(attach(Stage::mount_mask, empty.get(), target.value().get(), path));
      continue;
    }
    UniqueFd cover = KEELSON_TRY(clone_tree(Stage::mount_mask, directory ? empty.get() : null.get(), "", {}));
    KEELSON_TRY(attach(Stage::mount_mask, cover.get(), target.value().get(), path));
  }
  return {};
}

Result<void> protect_paths(int root, const std::vector<std::string>& paths) {
  MountOptions options;
  options.recursive = true;
  options.recursive_attributes = MOUNT_ATTR_RDONLY;
  for (const std::string& path : paths) {
    sys::Result<UniqueFd> target = sys::open_in_root(Stage::mount_readonly, root, path, O_PATH);
    if (!target.ok() && (target.error().err == ENOENT || target.error().err == ENOTDIR)) continue;
    if (!target.ok()) return target.error();
    UniqueFd clone = KEELSON_TRY(clone_tree(Stage::mount_readonly, target.value().get(), "", options));
    KEELSON_TRY(attach(Stage::mount_readonly, clone.get(), target.value().get(), path));
  }
  return {};
}

// The inherited mount is locked to the tree it came with (mount_namespaces(7)); a clone of it, attached on top, is ours to pivot to.
Result<UniqueFd> own_root() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return os_error(Stage::mount_private, "cannot make the copied mounts private");
  UniqueFd below = KEELSON_TRY(sys::open_path(Stage::mount_rootfs, ".", O_PATH | O_DIRECTORY));
  MountOptions options;
  options.recursive = true;
  UniqueFd root = KEELSON_TRY(clone_tree(Stage::mount_rootfs, below.get(), "", options));
  KEELSON_TRY(attach(Stage::mount_rootfs, root.get(), below.get(), "the root filesystem"));
  if (::fchdir(root.get()) != 0) return os_error(Stage::mount_rootfs, "cannot enter the root filesystem");
  return root;
}

Result<void> make_root_readonly(int root) {
  sys::MountAttr attributes;
  attributes.set = MOUNT_ATTR_RDONLY;
  if (sys::mount_setattr(root, "", AT_EMPTY_PATH, attributes) != 0)
    return os_error(Stage::mount_readonly, "cannot make the root filesystem read-only");
  return {};
}

// What launch.json says of a mount of the spec.
template <typename T>
auto of_destination(const std::vector<T>& all, const spec::Mount& mount) {
  return std::find_if(all.begin(), all.end(), [&mount](const T& one) { return one.destination == mount.destination; });
}

// The directory beneath which the source of `mount` must lie; empty: anywhere.
std::string root_of(const spec::Mount& mount, const std::vector<spec::BindRoot>& roots) {
  for (const spec::BindRoot& one : roots)
    if (one.destination == mount.destination) return one.root;
  return "";
}

Result<UniqueFd> clone_in_root(const spec::Mount& mount) {
  const UniqueFd root = KEELSON_TRY(sys::open_path(Stage::ns_join, "/", O_PATH | O_DIRECTORY));
  const UniqueFd source = KEELSON_TRY(sys::open_in_root(Stage::ns_join, root.get(), mount.source, O_PATH, 0, RESOLVE_NO_SYMLINKS));
  return clone_tree(Stage::ns_join, source.get(), "", parse_options(mount.options));
}

// What the source is is settled here, by descriptor: links in it cannot be turned elsewhere afterwards (R2).
Result<UniqueFd> open_beneath_root(const spec::Mount& mount, const std::string& root) {
  if (!mount.source.starts_with(root)) return sys::Error{Stage::mount_source, EXDEV, "the source " + mount.source + " is not in " + root};
  const size_t at = mount.source.find_first_not_of('/', root.size());
  const std::string inside = at == std::string::npos ? "." : mount.source.substr(at);
  const UniqueFd base = KEELSON_TRY(sys::open_path(Stage::mount_source, root, O_PATH | O_DIRECTORY));
  Result<UniqueFd> source = sys::open_beneath(Stage::mount_source, base.get(), inside, O_PATH);
  if (source.ok()) return source;
  const int err = source.error().err;
  if (err == EXDEV || err == ELOOP) return sys::Error{Stage::mount_source, err, "the source " + mount.source + " leads out of " + root};
  return os_error(Stage::mount_source, "cannot open the source " + mount.source, err);
}

// By the path that it has there, in which the other container must not have put a link. The way back is its own step: nothing of ours happens inside.
Result<UniqueFd> clone_borrowed(const spec::Mount& mount, const std::string& mount_namespace) {
  const UniqueFd own = KEELSON_TRY(sys::open_path(Stage::ns_join, "/proc/thread-self/ns/mnt", O_RDONLY));
  const UniqueFd theirs = KEELSON_TRY(sys::open_path(Stage::ns_join, mount_namespace, O_RDONLY));
  if (::setns(theirs.get(), CLONE_NEWNS) != 0) return os_error(Stage::ns_join, "cannot look into " + mount_namespace);
  Result<UniqueFd> tree = clone_in_root(mount);
  if (::setns(own.get(), CLONE_NEWNS) != 0) return os_error(Stage::ns_join, "cannot return to the host's mounts");
  return tree;
}

Result<UniqueFd> open_bind(const spec::ContainerSpec& spec, const spec::Mount& mount, const std::string& root) {
  const MountOptions options = parse_options(mount.options);
  UniqueFd tree;
  if (root.empty()) {
    tree = KEELSON_TRY(clone_tree(Stage::mount_entry, AT_FDCWD, mount.source, options));
  } else {
    const UniqueFd source = KEELSON_TRY(open_beneath_root(mount, root));
    tree = KEELSON_TRY(clone_tree(Stage::mount_source, source.get(), "", options));
  }
  if (!options.idmap || spec.uid_mappings.empty()) return tree;
  const spec::IdMapping& ids = spec.uid_mappings.front();
  const UniqueFd idmap = KEELSON_TRY(idmap_namespace({0, ids.host_id, ids.size}));
  sys::MountAttr attributes;
  attributes.set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(idmap.get());
  if (sys::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, attributes) != 0)
    return os_error(Stage::mount_idmap, "cannot map the owners of the files in " + mount.source);
  return tree;
}

bool mounts_cgroups(const spec::ContainerSpec& spec) {
  return std::any_of(spec.mounts.begin(), spec.mounts.end(), [](const spec::Mount& one) { return one.type == "cgroup" || one.type == "cgroup2"; });
}

Result<std::vector<GroupMount>> open_own_group(const spec::ContainerSpec& spec, const HostMounts& host) {
  std::vector<GroupMount> group;
  if (!mounts_cgroups(spec) || (ns::all_flags(spec) & CLONE_NEWCGROUP) != 0) return group;
  for (const cgroup::Hierarchy& hierarchy : host.cgroup_v2 ? host.hierarchies.unified : host.hierarchies.v1) {
    const std::string path = hierarchy.mount_point + spec.cgroups_path;
    group.push_back({cgroup::joined(hierarchy.controllers), KEELSON_TRY(clone_tree(Stage::mount_cgroup, AT_FDCWD, path, {}))});
  }
  return group;
}

// Then it has all nodes, and to add to it would change the host.
bool dev_is_bound(const spec::ContainerSpec& spec) {
  return std::any_of(spec.mounts.begin(), spec.mounts.end(), [](const spec::Mount& one) { return is_bind(one) && one.destination == "/dev"; });
}

}  // namespace

Result<std::vector<UniqueFd>> open_binds(const spec::ContainerSpec& spec, const spec::Launch& launch) {
  std::vector<UniqueFd> binds;
  for (const spec::Mount& mount : spec.mounts) {
    UniqueFd source;
    const auto borrowed = of_destination(launch.borrowed, mount);
    if (borrowed != launch.borrowed.end())
      source = KEELSON_TRY(clone_borrowed(mount, borrowed->mount_namespace));
    else if (is_bind(mount))
      source = KEELSON_TRY(open_bind(spec, mount, root_of(mount, launch.bind_roots)));
    binds.push_back(std::move(source));
  }
  return binds;
}

Result<HostMounts> open_host_mounts(const spec::ContainerSpec& spec, std::vector<UniqueFd> binds, const std::string& scratch) {
  HostMounts host;
  host.binds = std::move(binds);
  host.devices = KEELSON_TRY(open_device_nodes(spec, scratch));
  host.hierarchies = KEELSON_TRY(cgroup::mounted_hierarchies());
  host.cgroup_v2 = KEELSON_TRY(cgroup::host_version()) == cgroup::Version::v2;
  host.group = KEELSON_TRY(open_own_group(spec, host));
  return host;
}

Result<void> open_image_mounts(const spec::ContainerSpec& spec, const spec::Launch& launch, const std::string& scratch, HostMounts& host) {
  const spec::IdMapping ids = spec.uid_mappings.empty() ? spec::IdMapping{} : spec.uid_mappings.front();
  for (size_t at = 0; at < spec.mounts.size(); ++at) {
    const auto image = of_destination(launch.image_mounts, spec.mounts[at]);
    if (image != launch.image_mounts.end())
      host.binds[at] = KEELSON_TRY(open_image(*image, {ids.host_id, ids.size}, scratch, "image" + std::to_string(at)));
  }
  return {};
}

Result<UniqueFd> assemble_rootfs(const spec::ContainerSpec& spec, const HostMounts& host) {
  UniqueFd root = KEELSON_TRY(own_root());
  // In the order of the spec: /dev before /dev/pts.
  for (size_t at = 0; at < spec.mounts.size(); ++at) KEELSON_TRY(mount_entry(root.get(), spec.mounts[at], host.binds[at], host));
  if (!dev_is_bound(spec)) {
    KEELSON_TRY(mount_devices(root.get(), spec, host));
    KEELSON_TRY(link_devices(root.get()));
  }
  KEELSON_TRY(make_links(root.get(), host.links));
  // The working directory of an image need not exist in it; Docker makes it.
  KEELSON_TRY(sys::mkdir_p_in_root(Stage::proc_cwd, root.get(), spec.process.cwd, kDirectoryMode));
  return root;
}

Result<void> seal_rootfs(const spec::ContainerSpec& spec, int root) {
  KEELSON_TRY(protect_paths(root, spec.readonly_paths));
  // After the read-only clones, which would otherwise lie on top of the masks.
  KEELSON_TRY(mask_paths(root, spec.masked_paths));
  if (spec.root_readonly) KEELSON_TRY(make_root_readonly(root));
  return {};
}

Result<void> bind_over(int root, int file, const std::string& path) {
  UniqueFd tree = KEELSON_TRY(clone_tree(Stage::mount_dev, file, "", {}));
  UniqueFd target = KEELSON_TRY(file_target(Stage::mount_dev, root, path));
  return attach(Stage::mount_dev, tree.get(), target.get(), path);
}

// pivot_root(2), "pivot_root(".", ".")": old and new root are stacked on one mount point, and the old one is on top of it
// until it is let go, so no directory for it is needed in the image.
Result<void> pivot_to(int root) {
  if (::fchdir(root) != 0) return os_error(Stage::mount_pivot, "cannot enter the new root");
  if (sys::pivot_root(".", ".") != 0) return os_error(Stage::mount_pivot, "cannot make the root filesystem the root");
  if (::umount2(".", MNT_DETACH) != 0) return os_error(Stage::mount_pivot, "cannot let the host's files go");
  if (::chdir("/") != 0) return os_error(Stage::mount_pivot, "cannot enter /");
  return {};
}

Result<void> share_root() {
  if (::mount(nullptr, "/", nullptr, MS_SHARED, nullptr) != 0) return os_error(Stage::mount_rootfs, "cannot share the mounts of the container");
  return {};
}

}  // namespace keelson::mount
