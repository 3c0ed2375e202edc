#include "own_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/fs.h"

namespace keelson::runtime {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
constexpr size_t kChunk = 1 << 24;

Result<UniqueFd> copy_of(int program) {
  UniqueFd copy(::memfd_create("keelson-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy) return os_error(Stage::internal, "cannot make a copy of this program");
  for (;;) {
    const ssize_t sent = ::sendfile(copy.get(), program, nullptr, kChunk);
    if (sent < 0) return os_error(Stage::internal, "cannot copy this program");
    if (sent == 0) break;
  }
  if (::fcntl(copy.get(), F_ADD_SEALS, kSeals) != 0) return os_error(Stage::internal, "cannot seal the copy of this program");
  return copy;
}

}  // namespace

Result<void> run_from_a_copy(char** words) {
  const UniqueFd program = KEELSON_TRY(sys::open_path(Stage::internal, "/proc/self/exe", O_RDONLY));
  // Only a file in memory has seals at all.
  const int seals = ::fcntl(program.get(), F_GET_SEALS);
  if (seals >= 0 && (seals & kSeals) == kSeals) return {};
  const UniqueFd copy = KEELSON_TRY(copy_of(program.get()));
  ::syscall(SYS_execveat, copy.get(), "", words, environ, AT_EMPTY_PATH);
  return os_error(Stage::internal, "cannot run the copy of this program");
}

}  // namespace keelson::runtime
