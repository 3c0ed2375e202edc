// Files by descriptor: confined opening, bounded reading, durable writing (SECURITY.md R2, R15).
// Every function takes the caller's stage, so that the error names the step and not the helper.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::sys {

// Opens `path` as a process chrooted to `root` would: absolute names, ".." and symbolic links stay inside
// (openat2(2), RESOLVE_IN_ROOT and NO_MAGICLINKS). O_CLOEXEC is added. `resolve` adds further RESOLVE_* bits.
Result<UniqueFd> open_in_root(Stage stage, int root, const std::string& path, int flags, mode_t mode = 0,
                              uint64_t resolve = 0);

// Opens `path`, relative, and fails with EXDEV where "..", a symbolic link or a magic link would lead out of `root`
// (openat2(2), RESOLVE_BENEATH). O_CLOEXEC is added.
Result<UniqueFd> open_beneath(Stage stage, int root, const std::string& path, int flags);

// Makes the directories of `path` that are missing below `root`, as open_in_root would find them, and opens the last
// one (to be used as a dirfd). A dangling symbolic link on the way is an error (ENOENT): nothing is made through it.
// New directories get exactly `mode`; `owner` and `group` are set unless they are -1.
Result<UniqueFd> mkdir_p_in_root(Stage stage, int root, const std::string& path, mode_t mode,
                                 uid_t owner = static_cast<uid_t>(-1), gid_t group = static_cast<gid_t>(-1));

// Plain open(2) for paths of our own making; O_CLOEXEC is added.
Result<UniqueFd> open_path(Stage stage, const std::string& path, int flags, mode_t mode = 0);

// The whole file, or EFBIG where it is longer than `limit` bytes. Works for /proc and pipes, whose st_size is 0.
Result<std::string> read_file(Stage stage, const std::string& path, size_t limit);
Result<std::string> read_fd(Stage stage, int fd, size_t limit, const std::string& name);

// All bytes, whatever the kernel takes at a time. `name` is for the error only.
Result<void> write_all(Stage stage, int fd, std::string_view bytes, const std::string& name);

// One write(2) to an existing file, for /proc, /sys and cgroup files, which take a value in one call.
Result<void> write_value(Stage stage, const std::string& path, std::string_view value);
Result<void> write_value_at(Stage stage, int dirfd, const std::string& name, std::string_view value);

// Extended attributes of an open file (not O_PATH).
Result<void> set_xattr(Stage stage, int fd, const std::string& key, std::string_view value, const std::string& name);
Result<std::string> get_xattr(Stage stage, int fd, const std::string& key, const std::string& name);

}  // namespace keelson::sys
