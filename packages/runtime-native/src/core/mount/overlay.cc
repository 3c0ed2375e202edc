#include "mount/overlay.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "mount/detached.h"
#include "mount/idmap.h"
#include "mount/image.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"

namespace keelson::mount {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

// mount(2) takes at most a page of options. Layers are therefore named by their numbers, relative to the scratch directory.
constexpr size_t kMaxOptions = 4095;

// overlayfs splits its options at these; refusing them is simpler to reason about than quoting.
Result<void> check_option_path(const std::string& path) {
  if (path.empty() || path.front() != '/' || path.find_first_of(":,\\") != std::string::npos)
    return Error{Stage::mount_overlay, EINVAL, "the directory " + path + " must be absolute, without \":\", \",\" and \"\\\""};
  return {};
}

Result<void> check_directories(const spec::OverlayRootfs& rootfs) {
  KEELSON_TRY(check_option_path(rootfs.upper));
  return check_option_path(rootfs.work);
}

Result<void> make_directory(Stage stage, const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return os_error(stage, "cannot make the mount point " + path);
  return {};
}

Result<void> mount_scratch(const std::string& scratch) {
  if (::mount("keelson", scratch.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=1m") != 0)
    return os_error(Stage::mount_private, "cannot mount a tmpfs on " + scratch);
  return {};
}

// The clone is attached, not used by its descriptor: kernels from 5.14 to 6.14 refuse detached mounts as overlay layers.
Result<void> attach_layer(const std::string& layer, int idmap, const std::string& target) {
  KEELSON_TRY(make_directory(Stage::mount_layer, target));
  sys::UniqueFd clone(sys::open_tree(AT_FDCWD, layer.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!clone) return os_error(Stage::mount_layer, "cannot clone the layer " + layer);
  sys::MountAttr attributes;
  attributes.set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV;
  attributes.userns_fd = static_cast<uint64_t>(idmap);
  if (sys::mount_setattr(clone.get(), "", AT_EMPTY_PATH, attributes) != 0)
    return os_error(Stage::mount_idmap, "cannot map the owners of the layer " + layer);
  if (sys::move_mount(clone.get(), "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return os_error(Stage::mount_layer, "cannot attach the layer " + layer);
  return {};
}

// At the first start it is empty: what the container writes belongs to its own root from then on.
Result<void> make_owned(int disk, const char* name, mode_t mode, uint32_t owner) {
  if (::mkdirat(disk, name, 0700) != 0) {
    if (errno == EEXIST) return {};
    return os_error(Stage::mount_image, std::string("cannot make ") + name + " in the image");
  }
  sys::UniqueFd made(::openat(disk, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made || ::fchown(made.get(), owner, owner) != 0 || ::fchmod(made.get(), mode) != 0)
    return os_error(Stage::mount_image, std::string("cannot give ") + name + " to the container");
  return {};
}

// overlayfs makes a few files of its own when it mounts, for which a full image has no room. Some room is kept for that in the image's root, which the
// container does not see, and given up while it mounts.
constexpr int kReserved = 16;

std::string reserved(int number) { return "reserved-" + std::to_string(number); }

void give_up_reserve(int disk) {
  for (int number = 0; number < kReserved; ++number) ::unlinkat(disk, reserved(number).c_str(), 0);
}

// As much as there is room for.
void take_reserve(int disk) {
  const std::string block(4096, '\0');
  for (int number = 0; number < kReserved; ++number) {
    const sys::UniqueFd file(::openat(disk, reserved(number).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || !sys::write_all(Stage::mount_image, file.get(), block, "the reserve of an image").ok()) return;
  }
}

// Attached beside the layers, for the same reason as they are.
Result<sys::UniqueFd> attach_image(spec::OverlayRootfs& rootfs, uint32_t owner, const std::string& scratch) {
  const std::string target = scratch + "/disk";
  KEELSON_TRY(make_directory(Stage::mount_image, target));
  sys::UniqueFd mount = KEELSON_TRY(mount_image(rootfs.image));
  if (sys::move_mount(mount.get(), "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return os_error(Stage::mount_image, "cannot attach the image " + rootfs.image);
  KEELSON_TRY(make_owned(mount.get(), "upper", 0755, owner));
  KEELSON_TRY(make_owned(mount.get(), "work", 0700, owner));
  rootfs.upper = target + "/upper";
  rootfs.work = target + "/work";
  return mount;
}

// lowerdir lists the topmost first (overlayfs.rst); OCI and launch.json list the lowest first.
std::string lower_directories(size_t count) {
  std::string all;
  for (size_t at = count; at-- > 0;) all += std::to_string(at) + (at > 0 ? ":" : "");
  return all;
}

Result<void> mount_overlay_on(const spec::OverlayRootfs& rootfs, const std::string& scratch, const std::string& target) {
  const std::string options = "lowerdir=" + lower_directories(rootfs.layers.size()) + ",upperdir=" + rootfs.upper +
                              ",workdir=" + rootfs.work + ",index=off,metacopy=off";
  if (options.size() > kMaxOptions)
    return Error{Stage::mount_overlay, E2BIG, "the image has " + std::to_string(rootfs.layers.size()) + " layers, more than one mount takes"};
  sys::UniqueFd before = KEELSON_TRY(sys::open_path(Stage::mount_overlay, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (::chdir(scratch.c_str()) != 0) return os_error(Stage::mount_overlay, "cannot enter " + scratch);
  sys::ScopeExit back([&before] { (void)!::fchdir(before.get()); });
  // nodev: a layer may hold device nodes, which root of the container's user namespace could open.
  if (::mount("overlay", target.c_str(), "overlay", MS_NODEV, options.c_str()) != 0)
    return os_error(Stage::mount_overlay, "cannot mount the overlay of " + std::to_string(rootfs.layers.size()) + " layers over " + rootfs.upper);
  return {};
}

Result<void> mount_read_only(size_t layers, const std::string& base) {
  const std::string options = "lowerdir=" + lower_directories(layers) + ":empty,index=off,metacopy=off";
  if (options.size() > kMaxOptions)
    return Error{Stage::mount_overlay, E2BIG, "the image has " + std::to_string(layers) + " layers, more than one mount takes"};
  if (::chdir(base.c_str()) != 0) return os_error(Stage::mount_overlay, "cannot enter " + base);
  if (::mount("overlay", "all", "overlay", MS_RDONLY | MS_NODEV | MS_NOSUID, options.c_str()) != 0)
    return os_error(Stage::mount_overlay, "cannot mount the overlay of " + std::to_string(layers) + " layers on " + base);
  return {};
}

// An upper directory that the kernel cannot write to makes a read-only overlay without an error.
Result<void> check_writable(const std::string& target) {
  struct statvfs status {};
  if (::statvfs(target.c_str(), &status) != 0) return os_error(Stage::mount_overlay, "cannot look at " + target);
  if (status.f_flag & ST_RDONLY) return Error{Stage::mount_overlay, EROFS, "the overlay on " + target + " came up read-only"};
  return {};
}

}  // namespace

Result<std::string> mount_overlay(spec::OverlayRootfs rootfs, const HostIds& ids, const std::string& scratch) {
  if (rootfs.layers.empty()) return Error{Stage::mount_overlay, EINVAL, "an overlay needs at least one layer"};
  // An image brings its own.
  if (rootfs.image.empty()) KEELSON_TRY(check_directories(rootfs));
  const sys::UniqueFd idmap = KEELSON_TRY(idmap_namespace({rootfs.layer_uid_base, ids.host_base, ids.size}));

  KEELSON_TRY(mount_scratch(scratch));
  sys::UniqueFd disk;
  if (!rootfs.image.empty()) {
    disk = KEELSON_TRY(attach_image(rootfs, ids.host_base, scratch));
    KEELSON_TRY(check_directories(rootfs));
  }
  for (size_t at = 0; at < rootfs.layers.size(); ++at)
    KEELSON_TRY(attach_layer(rootfs.layers[at], idmap.get(), scratch + '/' + std::to_string(at)));
  const std::string target = scratch + "/rootfs";
  KEELSON_TRY(make_directory(Stage::mount_rootfs, target));
  if (disk) give_up_reserve(disk.get());
  KEELSON_TRY(mount_overlay_on(rootfs, scratch, target));
  if (disk) take_reserve(disk.get());
  KEELSON_TRY(check_writable(target));
  return target;
}

Result<sys::UniqueFd> open_image(const spec::ImageMount& image, const HostIds& ids, const std::string& scratch, const std::string& name) {
  const sys::UniqueFd idmap = KEELSON_TRY(idmap_namespace({image.layer_uid_base, ids.host_base, ids.size}));
  const std::string base = scratch + '/' + name;
  KEELSON_TRY(make_directory(Stage::mount_layer, base));
  for (size_t at = 0; at < image.layers.size(); ++at)
    KEELSON_TRY(attach_layer(image.layers[at], idmap.get(), base + '/' + std::to_string(at)));
  // Without an upper directory an overlay needs two layers; this one has nothing.
  KEELSON_TRY(make_directory(Stage::mount_layer, base + "/empty"));
  KEELSON_TRY(make_directory(Stage::mount_layer, base + "/all"));
  KEELSON_TRY(mount_read_only(image.layers.size(), base));
  const sys::UniqueFd root = KEELSON_TRY(sys::open_path(Stage::mount_source, base + "/all", O_PATH | O_DIRECTORY));
  const sys::UniqueFd part =
      KEELSON_TRY(sys::open_in_root(Stage::mount_source, root.get(), image.subpath.empty() ? "/" : image.subpath, O_PATH));
  return clone_tree(Stage::mount_layer, part.get(), "", {});
}

}  // namespace keelson::mount
