#include "mount/copy_up.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "sys/unique_fd.h"

namespace keelson::mount {
namespace {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr int kDepth = 64;
constexpr size_t kChunk = 1 << 20;

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using Listing = std::unique_ptr<DIR, CloseDir>;

Result<void> copy_tree(int from, int to, const std::string& name, int depth);

// The mode after the owner: chown(2) takes set-id bits away.
Result<void> copy_attributes(int to, const struct stat& status, const std::string& name) {
  const timespec times[] = {status.st_atim, status.st_mtim};
  if (::fchown(to, status.st_uid, status.st_gid) != 0 || ::fchmod(to, status.st_mode & 07777) != 0 || ::futimens(to, times) != 0)
    return os_error(Stage::mount_entry, "cannot give the copy of " + name + " its attributes");
  return {};
}

Result<void> copy_link(int from, int to, const char* entry, const struct stat& status, const std::string& name) {
  char target[PATH_MAX];
  const ssize_t length = ::readlinkat(from, entry, target, sizeof target - 1);
  if (length < 0) return os_error(Stage::mount_entry, "cannot read the link " + name);
  target[length] = '\0';
  if (::symlinkat(target, to, entry) != 0 || ::fchownat(to, entry, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
    return os_error(Stage::mount_entry, "cannot copy the link " + name);
  return {};
}

Result<void> copy_file(int from, int to, const char* entry, const struct stat& status, const std::string& name) {
  // O_NONBLOCK: what has become a fifo since we looked does not hold us up.
  const UniqueFd source(::openat(from, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!source) return os_error(Stage::mount_entry, "cannot open " + name);
  const UniqueFd copy(::openat(to, entry, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy) return os_error(Stage::mount_entry, "cannot make a copy of " + name);
  for (;;) {
    const ssize_t sent = ::sendfile(copy.get(), source.get(), nullptr, kChunk);
    if (sent < 0) return os_error(Stage::mount_entry, "cannot copy " + name);
    if (sent == 0) return copy_attributes(copy.get(), status, name);
  }
}

Result<void> copy_directory(int from, int to, const char* entry, const struct stat& status, const std::string& name, int depth) {
  const UniqueFd source(::openat(from, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!source) return os_error(Stage::mount_entry, "cannot open " + name);
  if (::mkdirat(to, entry, 0700) != 0) return os_error(Stage::mount_entry, "cannot make a copy of " + name);
  const UniqueFd copy(::openat(to, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!copy) return os_error(Stage::mount_entry, "cannot open the copy of " + name);
  KEELSON_TRY(copy_tree(source.get(), copy.get(), name, depth + 1));
  return copy_attributes(copy.get(), status, name);
}

Result<void> copy_entry(int from, int to, const char* entry, const std::string& name, int depth) {
  struct stat status {};
  if (::fstatat(from, entry, &status, AT_SYMLINK_NOFOLLOW) != 0) return os_error(Stage::mount_entry, "cannot look at " + name);
  if (S_ISDIR(status.st_mode)) return copy_directory(from, to, entry, status, name, depth);
  if (S_ISLNK(status.st_mode)) return copy_link(from, to, entry, status, name);
  if (S_ISREG(status.st_mode)) return copy_file(from, to, entry, status, name);
  return {};
}

Result<void> copy_tree(int from, int to, const std::string& name, int depth) {
  if (depth > kDepth) return sys::Error{Stage::mount_entry, ELOOP, name + " has too many levels to be copied"};
  const Listing listing(::fdopendir(::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  if (!listing) return os_error(Stage::mount_entry, "cannot list " + name);
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string own = entry->d_name;
    if (own != "." && own != "..") KEELSON_TRY(copy_entry(from, to, entry->d_name, name + "/" + own, depth));
  }
  return {};
}

}  // namespace

Result<void> copy_up(int from, int to, const std::string& name) { return copy_tree(from, to, name, 0); }

}  // namespace keelson::mount
