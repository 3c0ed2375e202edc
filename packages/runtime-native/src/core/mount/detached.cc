#include "mount/detached.h"

#include <errno.h>
#include <unistd.h>

#include "sys/syscalls.h"

namespace keelson::mount {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

// A filesystem context tells what it dislikes in words, one line a read, "e tmpfs: Bad value for 'size'" (fsopen(2)).
std::string kernel_words(int context) {
  char line[256];
  const ssize_t got = ::read(context, line, sizeof line);
  if (got <= 2) return "";
  std::string words(line + 2, static_cast<size_t>(got) - 2);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return " (" + words + ")";
}

sys::Error context_error(Stage stage, int context, std::string what) {
  const int err = errno;
  what += kernel_words(context);
  return os_error(stage, std::move(what), err);
}

Result<void> set_option(Stage stage, int context, const std::string& key, const std::string& value) {
  const int failed = value.empty() ? sys::fsconfig(context, sys::FsConfig::set_flag, key.c_str(), nullptr, 0)
                                   : sys::fsconfig(context, sys::FsConfig::set_string, key.c_str(), value.c_str(), 0);
  if (failed != 0) return context_error(stage, context, "the filesystem refuses the option " + key + (value.empty() ? "" : "=" + value));
  return {};
}

}  // namespace

Result<UniqueFd> new_filesystem(Stage stage, const std::string& type, const std::string& source, const MountOptions& options) {
  UniqueFd context(sys::fsopen(type.c_str()));
  if (!context) return os_error(stage, "cannot open a filesystem of type " + type);
  if (!source.empty()) KEELSON_TRY(set_option(stage, context.get(), "source", source));
  for (const auto& [key, value] : options.data) KEELSON_TRY(set_option(stage, context.get(), key, value));
  if (sys::fsconfig(context.get(), sys::FsConfig::create, nullptr, nullptr, 0) != 0)
    return context_error(stage, context.get(), "cannot create the filesystem " + type);
  UniqueFd mount(sys::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(options.attributes)));
  if (!mount) return context_error(stage, context.get(), "cannot mount the filesystem " + type);
  return mount;
}

Result<UniqueFd> clone_tree(Stage stage, int dirfd, const std::string& path, const MountOptions& options) {
  const unsigned empty = path.empty() ? AT_EMPTY_PATH : 0;
  UniqueFd tree(sys::open_tree(dirfd, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | empty | (options.recursive ? AT_RECURSIVE : 0)));
  if (!tree) return os_error(stage, "cannot clone the mount of " + path);
  // Private first: a clone of a shared mount would hand later mounts of the host on.
  sys::MountAttr whole;
  whole.set = options.recursive_attributes;
  whole.propagation = options.propagation != 0 ? options.propagation : uint64_t{MS_PRIVATE};
  if (sys::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, whole) != 0)
    return os_error(stage, "cannot make the mount of " + path + " private");
  if (options.attributes != 0) {
    sys::MountAttr top;
    top.set = options.attributes;
    top.clear = (options.attributes & MOUNT_ATTR__ATIME) != 0 ? MOUNT_ATTR__ATIME : 0;
    if (sys::mount_setattr(tree.get(), "", AT_EMPTY_PATH, top) != 0)
      return os_error(stage, "cannot set the attributes of the mount of " + path);
  }
  return tree;
}

Result<void> attach(Stage stage, int mount, int target, const std::string& name) {
  if (sys::move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    return os_error(stage, "cannot mount on " + name);
  return {};
}

}  // namespace keelson::mount
