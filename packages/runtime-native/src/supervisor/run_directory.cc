#include "run_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "sys/fs.h"

namespace keelson::supervisor {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {
constexpr int kBacklog = 64;
constexpr const char* kFiles[] = {"/ctl", "/state.json", "/state.json.new"};

// What the kernel refuses for want of memory it may allow the next moment, and nobody comes later to try again. EINVAL: nothing is mounted there.
template <class F>
void insist(F step) {
  for (int attempt = 0; attempt < 3; ++attempt)
    if (step() == 0 || errno == ENOENT || errno == EINVAL) return;
}
}

Result<RunDirectory> RunDirectory::make(const std::string& path) {
  // Left behind by a supervisor that was killed; a live one is the caller's to know of.
  for (const char* name : kFiles) insist([&] { return ::unlink((path + name).c_str()); });
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error(Stage::supervisor_run_dir, "cannot make " + path);
  return RunDirectory(path);
}

Result<UniqueFd> RunDirectory::listen() {
  const std::string name = path_ + "/ctl";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path)
    return sys::Error{Stage::supervisor_control, ENAMETOOLONG, name + " is too long for the address of a unix socket"};
  std::memcpy(address.sun_path, name.data(), name.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return os_error(Stage::supervisor_control, "cannot open the control socket");
  // 0600 from its first moment.
  const mode_t before = ::umask(0177);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0) return os_error(Stage::supervisor_control, "cannot make the control socket " + name);
  if (::listen(socket.get(), kBacklog) != 0) return os_error(Stage::supervisor_control, "cannot listen on " + name);
  return socket;
}

Result<void> RunDirectory::write_state(const std::string& json) {
  const std::string name = path_ + "/state.json";
  UniqueFd file = KEELSON_TRY(sys::open_path(Stage::proc_state, name + ".new", O_WRONLY | O_CREAT | O_TRUNC, 0600));
  KEELSON_TRY(sys::write_all(Stage::proc_state, file.get(), json, name));
  if (::rename((name + ".new").c_str(), name.c_str()) != 0) return os_error(Stage::proc_state, "cannot put " + name + " in place");
  return {};
}

void RunDirectory::retire() {
  const std::string aside = path_ + "." + std::to_string(::getpid());
  if (::rename(path_.c_str(), aside.c_str()) == 0) path_ = aside;
}

// The overlay and its layers are stacked on the scratch directory's tmpfs: letting that go lets all of them go.
void RunDirectory::release_mounts() {
  insist([this] { return ::umount2((path_ + "/mnt").c_str(), MNT_DETACH); });
}

void RunDirectory::remove() {
  release_mounts();
  for (const char* name : kFiles) insist([&] { return ::unlink((path_ + name).c_str()); });
  insist([this] { return ::rmdir((path_ + "/mnt").c_str()); });
  insist([this] { return ::rmdir(path_.c_str()); });
}

}  // namespace keelson::supervisor
