#include "sys/fs.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sys/syscalls.h"

namespace keelson::sys {
namespace {

// openat2(2): EAGAIN when a rename somewhere on the system raced with "..": harmless, so asked again, with a bound.
constexpr int kOpenTries = 64;

int openat2_retrying(int dirfd, const char* path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  for (int attempt = 0;; ++attempt) {
    int fd = openat2(dirfd, path, flags, mode, resolve);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || attempt == kOpenTries) return fd;
  }
}

}  // namespace

Result<UniqueFd> open_in_root(Stage stage, int root, const std::string& path, int flags, mode_t mode,
                              uint64_t resolve) {
  // openat2(2) refuses a mode without O_CREAT or O_TMPFILE.
  bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  UniqueFd fd(openat2_retrying(root, path.c_str(), static_cast<uint64_t>(flags) | O_CLOEXEC, creates ? mode : 0,
                               RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve));
  if (!fd) return os_error(stage, "cannot open " + path);
  return fd;
}

Result<UniqueFd> open_beneath(Stage stage, int root, const std::string& path, int flags) {
  UniqueFd fd(openat2_retrying(root, path.c_str(), static_cast<uint64_t>(flags) | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS));
  if (!fd) return os_error(stage, "cannot open " + path);
  return fd;
}

Result<UniqueFd> mkdir_p_in_root(Stage stage, int root, const std::string& path, mode_t mode, uid_t owner,
                                 gid_t group) {
  // Each step is resolved from the root again, because an absolute link or ".." may lead upwards but never out.
  auto current = KEELSON_TRY(open_in_root(stage, root, ".", O_PATH | O_DIRECTORY));
  std::string done;
  size_t at = 0;
  while (at < path.size()) {
    size_t end = path.find('/', at);
    if (end == std::string::npos) end = path.size();
    std::string component = path.substr(at, end - at);
    at = end + 1;
    if (component.empty() || component == ".") continue;
    done += "/" + component;

    if (component != ".." && ::mkdirat(current.get(), component.c_str(), 0700) == 0) {
      // Ours since a moment ago: opened by name in its parent, never through a link that took its place (R2).
      UniqueFd made(::openat(current.get(), component.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!made) return os_error(stage, "cannot open directory " + done);
      if (::fchown(made.get(), owner, group) != 0) return os_error(stage, "cannot change the owner of " + done);
      if (::fchmod(made.get(), mode) != 0) return os_error(stage, "cannot change the mode of " + done);
      current = std::move(made);
      continue;
    }
    if (component != ".." && errno != EEXIST) return os_error(stage, "cannot create directory " + done);
    current = KEELSON_TRY(open_in_root(stage, root, done, O_PATH | O_DIRECTORY));
  }
  return current;
}

Result<UniqueFd> open_path(Stage stage, const std::string& path, int flags, mode_t mode) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return os_error(stage, "cannot open " + path);
  return fd;
}

Result<std::string> read_fd(Stage stage, int fd, size_t limit, const std::string& name) {
  std::string bytes;
  for (;;) {
    char chunk[16384];
    ssize_t got = ::read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error(stage, "cannot read " + name);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(got) > limit) {
      return os_error(stage, name + " is longer than " + std::to_string(limit) + " bytes", EFBIG);
    }
    bytes.append(chunk, static_cast<size_t>(got));
  }
}

Result<std::string> read_file(Stage stage, const std::string& path, size_t limit) {
  auto fd = KEELSON_TRY(open_path(stage, path, O_RDONLY | O_NOCTTY));
  return read_fd(stage, fd.get(), limit, path);
}

Result<void> write_all(Stage stage, int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return os_error(stage, "cannot write " + name);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<void> write_value_at(Stage stage, int dirfd, const std::string& name, std::string_view value) {
  UniqueFd fd(::openat(dirfd, name.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return os_error(stage, "cannot open " + name);
  if (::write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
    return os_error(stage, "cannot write \"" + std::string(value) + "\" to " + name);
  }
  return {};
}

Result<void> write_value(Stage stage, const std::string& path, std::string_view value) {
  return write_value_at(stage, AT_FDCWD, path, value);
}

Result<void> set_xattr(Stage stage, int fd, const std::string& key, std::string_view value, const std::string& name) {
  if (::fsetxattr(fd, key.c_str(), value.data(), value.size(), 0) != 0) {
    return os_error(stage, "cannot set attribute " + key + " of " + name);
  }
  return {};
}

Result<std::string> get_xattr(Stage stage, int fd, const std::string& key, const std::string& name) {
  // XATTR_SIZE_MAX of linux/limits.h: one call is always enough.
  std::string value(65536, '\0');
  ssize_t size = ::fgetxattr(fd, key.c_str(), value.data(), value.size());
  if (size < 0) return os_error(stage, "cannot read attribute " + key + " of " + name);
  value.resize(static_cast<size_t>(size));
  return value;
}

}  // namespace keelson::sys
