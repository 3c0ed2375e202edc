#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <initializer_list>

#include "probe.h"

namespace keelson::probe {
namespace {

constexpr int kOpenDirectories = 32;

bool opens(const char* path, int flags) {
  const int file = ::open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return false;
  ::close(file);
  return true;
}

// Directories of processes, "/proc/17" and "/proc/self": what a process may write there is its own.
bool is_of_a_process(const char* path) {
  if (strncmp(path, "/proc/", 6) != 0) return false;
  const char* name = path + 6;
  return isdigit(static_cast<unsigned char>(*name)) != 0 || strncmp(name, "self", 4) == 0 || strncmp(name, "thread-self", 11) == 0;
}

// A masked file is a node, /dev/null, which anybody may write to.
int visit_setting(const char* path, const struct stat* status, int kind, FTW*) {
  if (is_of_a_process(path)) return FTW_SKIP_SUBTREE;
  if (kind == FTW_F && S_ISREG(status->st_mode) && opens(path, O_WRONLY)) printf("writable %s\n", path);
  return FTW_CONTINUE;
}

int visit_device(const char* path, const struct stat* status, int, FTW*) {
  const bool is_node = S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode);
  if (is_node && (opens(path, O_RDONLY) || opens(path, O_WRONLY)))
    printf("device %s %u:%u\n", path, major(status->st_rdev), minor(status->st_rdev));
  return FTW_CONTINUE;
}

void try_node(const char* name, mode_t type, unsigned major, unsigned minor) {
  const char* path = "/tmp/.keelson-probe-node";
  if (::mknod(path, type | 0600, makedev(major, minor)) != 0) return;
  if (opens(path, O_RDONLY)) printf("mknod %s %u:%u\n", name, major, minor);
  ::unlink(path);
}

}  // namespace

void print_writable_files() {
  for (const char* tree : {"/proc", "/sys"}) ::nftw(tree, visit_setting, kOpenDirectories, FTW_PHYS | FTW_ACTIONRETVAL);
}

void print_devices() {
  ::nftw("/dev", visit_device, kOpenDirectories, FTW_PHYS | FTW_ACTIONRETVAL);
  // /dev/mem, the first disk, the kernel's log: none of a default /dev.
  try_node("c", S_IFCHR, 1, 1);
  try_node("b", S_IFBLK, 8, 0);
  try_node("b", S_IFBLK, 7, 0);
  try_node("c", S_IFCHR, 1, 11);
  try_node("c", S_IFCHR, 10, 229);
}

}  // namespace keelson::probe
