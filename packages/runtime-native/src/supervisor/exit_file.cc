#include "exit_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "sys/fs.h"

namespace keelson::supervisor {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

constexpr auto kStage = Stage::supervisor_exit;
// More than a record has.
constexpr off_t kSpace = 16 * 1024;

}  // namespace

ExitFile::ExitFile(UniqueFd directory, UniqueFd file, std::string name, std::string reserved)
    : directory_(std::move(directory)), file_(std::move(file)), name_(std::move(name)), reserved_(std::move(reserved)) {}

ExitFile::~ExitFile() {
  if (file_) ::unlinkat(directory_.get(), reserved_.c_str(), 0);
}

Result<ExitFile> ExitFile::reserve(const std::string& path) {
  const size_t slash = path.rfind('/');
  std::string name = path.substr(slash + 1);
  std::string reserved = "." + name + ".new";
  UniqueFd directory = KEELSON_TRY(sys::open_path(kStage, path.substr(0, slash), O_RDONLY | O_DIRECTORY));
  for (const std::string& old : {name, reserved})
    if (::unlinkat(directory.get(), old.c_str(), 0) != 0 && errno != ENOENT) return os_error(kStage, "cannot remove " + old + " of an earlier run");
  // O_EXCL and O_NOFOLLOW keep a planted link from being followed.
  UniqueFd file(::openat(directory.get(), reserved.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return os_error(kStage, "cannot create " + path);
  ExitFile exit_file(std::move(directory), std::move(file), std::move(name), std::move(reserved));
  // A filesystem without fallocate(2) gives no promise.
  if (::fallocate(exit_file.file_.get(), 0, 0, kSpace) != 0 && errno != EOPNOTSUPP) return os_error(kStage, "cannot take space for " + path);
  return exit_file;
}

Result<void> ExitFile::commit(std::string_view record) {
  KEELSON_TRY(sys::write_all(kStage, file_.get(), record, name_));
  if (::ftruncate(file_.get(), static_cast<off_t>(record.size())) != 0 || ::fsync(file_.get()) != 0) return os_error(kStage, "cannot sync " + name_);
  if (::renameat(directory_.get(), reserved_.c_str(), directory_.get(), name_.c_str()) != 0) return os_error(kStage, "cannot rename " + reserved_ + " to " + name_);
  file_.reset();
  if (::fsync(directory_.get()) != 0) return os_error(kStage, "cannot sync the directory of " + name_);
  return {};
}

}  // namespace keelson::supervisor
