// Directories and small files of a bundle, made in one go: a hop to a worker thread for each would cost more than the work.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sys/result.h"

namespace keelson::addon {

struct Entry {
  std::string path;
  mode_t mode;
  // uid and gid alike; ours where there is none.
  std::optional<uid_t> owner;
  // A directory where there is none.
  std::optional<std::string> text;
};

// In the order given, up to the first that fails. A file that exists is overwritten, a directory that exists is an error, a
// symbolic link is never followed. Modes are exact, whatever the umask.
sys::Result<void> write_entries(const std::vector<Entry>& entries);

}  // namespace keelson::addon
