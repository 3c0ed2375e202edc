#include "mount/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

#include "mount/detached.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::mount {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

// How long a run that has ended may take to write the rest of its files to the disk.
constexpr int kLockTries = 2000;
constexpr long kLockPauseNs = 10'000'000;
// Others may take the free device that we were told of.
constexpr int kLoopTries = 64;

void pause_for(long nanoseconds) {
  const timespec time{0, nanoseconds};
  ::nanosleep(&time, nullptr);
}

// The lock is of the open file description, which the loop device then holds: it lasts exactly as long as the mount.
Result<void> lock(int image, const std::string& path) {
  for (int tried = 0; tried < kLockTries; ++tried) {
    if (::flock(image, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK && errno != EINTR) return os_error(Stage::mount_image, "cannot lock " + path);
    pause_for(kLockPauseNs);
  }
  return Error{Stage::mount_image, EBUSY, path + " is still in use by an earlier run of this container"};
}

struct Loop {
  UniqueFd device;  // keeps it until something is mounted
  std::string path;
};

// Autoclear: the kernel takes the device away when nobody has it open or mounted, also after a SIGKILL.
Result<Loop> attach_loop(int image, const std::string& path) {
  const UniqueFd control = KEELSON_TRY(sys::open_path(Stage::mount_image, "/dev/loop-control", O_RDWR));
  for (int tried = 0; tried < kLoopTries; ++tried) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return os_error(Stage::mount_image, "the kernel has no free loop device");
    Loop loop{UniqueFd(), "/dev/loop" + std::to_string(number)};
    loop.device = KEELSON_TRY(sys::open_path(Stage::mount_image, loop.path, O_RDWR));
    loop_config config{};
    config.fd = static_cast<__u32>(image);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (::ioctl(loop.device.get(), LOOP_CONFIGURE, &config) == 0) {
      // Past our page cache, so that nothing is in memory twice; not every filesystem can.
      (void)::ioctl(loop.device.get(), LOOP_SET_DIRECT_IO, 1UL);
      return loop;
    }
    if (errno != EBUSY) return os_error(Stage::mount_image, "cannot attach " + path + " to " + loop.path);
  }
  return Error{Stage::mount_image, EBUSY, "no loop device stays free long enough"};
}

}  // namespace

Result<UniqueFd> lock_image(const std::string& path) {
  UniqueFd image = KEELSON_TRY(sys::open_path(Stage::mount_image, path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (::fstat(image.get(), &status) != 0) return os_error(Stage::mount_image, "cannot look at " + path);
  if (!S_ISREG(status.st_mode)) return Error{Stage::mount_image, EINVAL, path + " is not a regular file"};
  KEELSON_TRY(lock(image.get(), path));
  return image;
}

Result<UniqueFd> mount_image(const std::string& path) {
  const UniqueFd image = KEELSON_TRY(lock_image(path));
  const Loop loop = KEELSON_TRY(attach_loop(image.get(), path));
  MountOptions options;
  options.attributes = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID;
  // discard gives blocks of removed files back to the host; inode tables that were never written are zeros in a sparse file already.
  options.data = {{"errors", "remount-ro"}, {"discard", ""}, {"noinit_itable", ""}};
  return new_filesystem(Stage::mount_image, "ext4", loop.path, options);
}

}  // namespace keelson::mount
