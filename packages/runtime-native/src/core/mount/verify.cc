#include "mount/verify.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

namespace keelson::mount {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

// A kernel without that file, or without its directory.
bool is_missing(int err) { return err == ENOENT || err == ENOTDIR; }

Result<void> verify_masked(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (is_missing(errno)) return {};
    return os_error(Stage::sec_verify, "cannot look at the masked " + path);
  }
  if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3)) return {};
  struct statfs filesystem {};
  const bool known = S_ISDIR(status.st_mode) && ::statfs(path.c_str(), &filesystem) == 0;
  if (known && filesystem.f_type == TMPFS_MAGIC && (filesystem.f_flags & ST_RDONLY) != 0) return {};
  return Error{Stage::sec_verify, EPERM, path + " is not masked"};
}

Result<void> verify_readonly(const std::string& path) {
  struct statfs filesystem {};
  if (::statfs(path.c_str(), &filesystem) != 0) {
    if (is_missing(errno)) return {};
    return os_error(Stage::sec_verify, "cannot look at the read-only " + path);
  }
  if ((filesystem.f_flags & ST_RDONLY) == 0) return Error{Stage::sec_verify, EPERM, path + " is not read-only"};
  return {};
}

}  // namespace

Result<void> verify_sealed(const spec::ContainerSpec& spec) {
  for (const std::string& path : spec.masked_paths) KEELSON_TRY(verify_masked(path));
  for (const std::string& path : spec.readonly_paths) KEELSON_TRY(verify_readonly(path));
  if (spec.root_readonly) KEELSON_TRY(verify_readonly("/"));
  return {};
}

}  // namespace keelson::mount
