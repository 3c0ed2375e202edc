// keelson-mount-test [--case NAME | --list]: every case in a mount namespace of its own, on a directory of its own.
#include <fcntl.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "../../unit/check.h"
#include "mount/overlay.h"
#include "sys/fs.h"

namespace {

namespace fs = std::filesystem;
using keelson::mount::mount_overlay;
using keelson::spec::OverlayRootfs;

constexpr uint32_t kStore = 0x7fff0000;
constexpr uint32_t kHost = 0x70010000;
constexpr keelson::mount::HostIds kIds{kHost, 65536};

struct Bench {
  std::string root = make_root();
  OverlayRootfs rootfs{{}, kStore, root + "/upper", root + "/work", {}};

  Bench() {
    for (const char* name : {"/upper", "/work", "/mnt"}) fs::create_directory(root + name);
    for (const std::string& path : {rootfs.upper, rootfs.work}) (void)!::chown(path.c_str(), kHost, kHost);
  }
  ~Bench() {
    ::umount2((root + "/mnt/rootfs").c_str(), MNT_DETACH);
    ::umount2((root + "/mnt").c_str(), MNT_DETACH);
    fs::remove_all(root);
  }

  static std::string make_root() {
    char name[] = "/tmp/keelson-mount-XXXXXX";
    if (::mkdtemp(name) == nullptr) std::abort();
    ::chmod(name, 0755);
    return name;
  }

  std::string layer() {
    const std::string path = root + "/layer" + std::to_string(rootfs.layers.size());
    fs::create_directory(path);
    (void)!::chown(path.c_str(), kStore, kStore);
    rootfs.layers.push_back(path);
    return path;
  }

  void file(const std::string& path, std::string_view text, uint32_t uid = 0) {
    std::ofstream(path) << text;
    (void)!::chown(path.c_str(), kStore + uid, kStore + uid);
  }

  keelson::sys::Result<std::string> mount() { return mount_overlay(rootfs, kIds, root + "/mnt"); }
};

std::string text_of(const std::string& path) {
  auto read = keelson::sys::read_file(keelson::sys::Stage::fs_read, path, 4096);
  return read.ok() ? read.value() : "<" + read.error().detail + ">";
}

uint32_t owner(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_uid : 0;
}

// Runs in a process that has the ids of the container's root and no capability.
template <class F>
bool as_container_root(F step) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::setresgid(kHost, kHost, kHost) == 0 && ::setresuid(kHost, kHost, kHost) == 0 && step() ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST("shows files of all layers with the container's owners, upper layers first") {
  Bench bench;
  const std::string low = bench.layer();
  const std::string high = bench.layer();
  bench.file(low + "/both", "low");
  bench.file(low + "/low", "low", 33);
  bench.file(high + "/both", "high");
  auto root = bench.mount();
  CHECK(root.ok());
  if (!root.ok()) return;
  CHECK(text_of(root.value() + "/both") == "high");
  CHECK(text_of(root.value() + "/low") == "low");
  CHECK(owner(root.value() + "/both") == kHost);
  CHECK(owner(root.value() + "/low") == kHost + 33);
}

TEST("lets the container's root write, into its own upper, and leaves the layer as it is") {
  Bench bench;
  const std::string layer = bench.layer();
  bench.file(layer + "/file", "old");
  auto root = bench.mount();
  CHECK(root.ok());
  if (!root.ok()) return;
  // The scratch directory is the supervisor's alone; a container reaches the overlay by pivot_root.
  const std::string path = root.value() + "/file";
  const int fd = ::open(root.value().c_str(), O_PATH | O_DIRECTORY);
  CHECK(as_container_root([fd] {
    const int file = ::openat(fd, "file", O_WRONLY | O_TRUNC);
    return file >= 0 && ::write(file, "new", 3) == 3;
  }));
  ::close(fd);
  CHECK(text_of(path) == "new");
  CHECK(text_of(layer + "/file") == "old");
  CHECK(owner(bench.rootfs.upper + "/file") == kHost);
}

TEST("hides what a whiteout or an opaque directory of an upper layer hides") {
  Bench bench;
  const std::string low = bench.layer();
  const std::string high = bench.layer();
  bench.file(low + "/gone", "x");
  fs::create_directory(low + "/dir");
  bench.file(low + "/dir/old", "x");
  CHECK(::mknod((high + "/gone").c_str(), S_IFCHR, makedev(0, 0)) == 0);
  fs::create_directory(high + "/dir");
  CHECK(::setxattr((high + "/dir").c_str(), "trusted.overlay.opaque", "y", 1, 0) == 0);
  auto root = bench.mount();
  CHECK(root.ok());
  if (!root.ok()) return;
  CHECK(!fs::exists(root.value() + "/gone"));
  CHECK(fs::is_empty(root.value() + "/dir"));
}

TEST("opens no device node of a layer") {
  Bench bench;
  const std::string layer = bench.layer();
  CHECK(::mknod((layer + "/null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0);
  auto root = bench.mount();
  CHECK(root.ok());
  if (!root.ok()) return;
  CHECK(::open((root.value() + "/null").c_str(), O_RDONLY) == -1 && errno == EACCES);
}

TEST("mounts 120 layers") {
  Bench bench;
  for (int at = 0; at < 120; ++at) bench.file(bench.layer() + "/top", std::to_string(at));
  auto root = bench.mount();
  CHECK(root.ok());
  if (root.ok()) CHECK(text_of(root.value() + "/top") == "119");
}

TEST("names the layer that is missing") {
  Bench bench;
  bench.rootfs.layers.push_back(bench.root + "/nowhere");
  auto root = bench.mount();
  CHECK(!root.ok());
  if (root.ok()) return;
  CHECK(root.error().stage == keelson::sys::Stage::mount_layer);
  CHECK(root.error().err == ENOENT);
  CHECK(root.error().detail.find("/nowhere") != std::string::npos);
}

TEST("refuses directories that overlay options cannot carry, before it mounts anything") {
  Bench bench;
  bench.layer();
  for (const char* path : {"relative", "/a:b", "/a,b", "/a\\b", ""}) {
    bench.rootfs.upper = path;
    auto root = bench.mount();
    CHECK(!root.ok() && root.error().err == EINVAL);
    CHECK(!fs::exists(bench.root + "/mnt/rootfs"));
  }
}

TEST("leaves the mounts of the host as they were") {
  Bench bench;
  bench.layer();
  CHECK(bench.mount().ok());
  const std::string mounts = "/proc/" + std::to_string(::getppid()) + "/mounts";
  auto host = keelson::sys::read_file(keelson::sys::Stage::fs_read, mounts, 1 << 20);
  CHECK(host.ok() && !host.value().empty());
  CHECK(host.ok() && host.value().find(bench.root) == std::string::npos);
}

int main(int count, char** words) {
  auto& cases = check::cases();
  if (count == 2 && std::string_view(words[1]) == "--list") {
    for (const auto& one : cases) std::printf("%s\n", one.name);
    return 0;
  }
  if (count == 3 && std::string_view(words[1]) == "--case")
    std::erase_if(cases, [&](const check::Case& one) { return std::string_view(one.name) != words[2]; });
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    std::perror("keelson-mount-test: unshare");
    return 2;
  }
  return cases.empty() ? 2 : check::main();
}
