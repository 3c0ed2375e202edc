#include "entries.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fs.h"

namespace keelson::addon {
namespace {

using sys::Result;
using sys::Stage;
using sys::UniqueFd;

Result<UniqueFd> open_directory(const Entry& entry) {
  if (::mkdir(entry.path.c_str(), 0700) != 0) return sys::os_error(Stage::fs_write, "cannot make the directory " + entry.path);
  return sys::open_path(Stage::fs_write, entry.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

Result<UniqueFd> open_file(const Entry& entry) {
  UniqueFd file = KEELSON_TRY(sys::open_path(Stage::fs_write, entry.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  KEELSON_TRY(sys::write_all(Stage::fs_write, file.get(), *entry.text, entry.path));
  return file;
}

// chown(2) clears set-user-ID bits, so the mode comes last.
Result<void> give_away(int fd, const Entry& entry) {
  if (entry.owner && ::fchown(fd, *entry.owner, *entry.owner) != 0)
    return sys::os_error(Stage::fs_write, "cannot give " + entry.path + " to its owner");
  if (::fchmod(fd, entry.mode) != 0) return sys::os_error(Stage::fs_write, "cannot set the mode of " + entry.path);
  return {};
}

}  // namespace

Result<void> write_entries(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    const UniqueFd fd = KEELSON_TRY(entry.text ? open_file(entry) : open_directory(entry));
    KEELSON_TRY(give_away(fd.get(), entry));
  }
  return {};
}

}  // namespace keelson::addon
