#include "mount/device_nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "mount/detached.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::mount {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

mode_t kind_of(const spec::Device& device) { return device.type == 'b' ? S_IFBLK : S_IFCHR; }

dev_t number_of(const spec::Device& device) {
  return makedev(static_cast<unsigned>(device.major), static_cast<unsigned>(device.minor));
}

// Of such a node everybody may use everything, and nobody in a container may change it: it is shared as it is.
bool host_node_serves(const spec::Device& device) {
  struct stat found {};
  return ::stat(device.path.c_str(), &found) == 0 && (found.st_mode & S_IFMT) == kind_of(device) && found.st_rdev == number_of(device) &&
         (found.st_mode & 0666) == 0666 && device.uid == 0 && device.gid == 0;
}

Result<uint32_t> host_id(const std::vector<spec::IdMapping>& mappings, uint32_t id, const std::string& path) {
  // No user namespace of its own: its ids are ours.
  if (mappings.empty()) return id;
  for (const spec::IdMapping& one : mappings) {
    if (id >= one.container_id && id - one.container_id < one.size) return one.host_id + (id - one.container_id);
  }
  return Error{Stage::mount_dev, EINVAL, "the owner of the device " + path + " has no id in the container"};
}

// A small filesystem of the host's user namespace, seen by nobody else; nodes on one of the container's would be dead. It is mounted while
// nodes are cloned from it: kernels before 6.15 clone nothing of a detached mount.
class NodeFilesystem {
 public:
  static Result<NodeFilesystem> mount(const std::string& scratch) {
    MountOptions options;
    options.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    options.data = {{"mode", "0700"}, {"size", "64k"}};
    NodeFilesystem filesystem;
    filesystem.root_ = KEELSON_TRY(new_filesystem(Stage::mount_dev, "tmpfs", "devices", options));
    UniqueFd target = KEELSON_TRY(sys::open_path(Stage::mount_dev, scratch, O_PATH | O_DIRECTORY));
    KEELSON_TRY(attach(Stage::mount_dev, filesystem.root_.get(), target.get(), scratch));
    filesystem.scratch_ = scratch;
    return filesystem;
  }
  NodeFilesystem() = default;
  NodeFilesystem(NodeFilesystem&& other) noexcept : root_(std::move(other.root_)), scratch_(std::exchange(other.scratch_, {})) {}
  NodeFilesystem& operator=(NodeFilesystem&&) = delete;
  ~NodeFilesystem() {
    if (!scratch_.empty()) (void)::umount2(scratch_.c_str(), MNT_DETACH);
  }
  int root() const { return root_.get(); }

 private:
  UniqueFd root_;
  std::string scratch_;
};

Result<UniqueFd> make_node(int directory, const std::string& name, const spec::Device& device, const spec::ContainerSpec& spec) {
  const uint32_t uid = KEELSON_TRY(host_id(spec.uid_mappings, device.uid, device.path));
  const uint32_t gid = KEELSON_TRY(host_id(spec.gid_mappings, device.gid, device.path));
  if (::mknodat(directory, name.c_str(), kind_of(device) | 0600, number_of(device)) != 0)
    return os_error(Stage::mount_dev, "cannot make a node for the device " + device.path);
  // The mode after the owner: chown(2) may take bits away, and mknod(2) obeys the umask.
  if (::fchownat(directory, name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0 || ::fchmodat(directory, name.c_str(), device.mode & 0777, 0) != 0)
    return os_error(Stage::mount_dev, "cannot give the device " + device.path + " to the container");
  return clone_tree(Stage::mount_dev, directory, name, {});
}

}  // namespace

Result<std::vector<UniqueFd>> open_device_nodes(const spec::ContainerSpec& spec, const std::string& scratch) {
  std::vector<UniqueFd> nodes;
  std::optional<NodeFilesystem> own;
  for (const spec::Device& device : spec.devices) {
    if (host_node_serves(device)) {
      nodes.push_back(KEELSON_TRY(clone_tree(Stage::mount_dev, AT_FDCWD, device.path, {})));
      continue;
    }
    if (!own) own.emplace(KEELSON_TRY(NodeFilesystem::mount(scratch)));
    nodes.push_back(KEELSON_TRY(make_node(own->root(), std::to_string(nodes.size()), device, spec)));
  }
  return nodes;
}

}  // namespace keelson::mount
