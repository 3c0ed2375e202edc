#include "quota/project.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/dqblk_xfs.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "sys/fs.h"

#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

namespace keelson::quota {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

// Units of struct fs_disk_quota, whatever the filesystem's blocks are.
constexpr uint64_t kBasicBlock = 512;
constexpr uint64_t kBytesForInode = 4096;
// A small limit must still hold the directories that are there anyway.
constexpr uint64_t kLeastInodes = 1024;
constexpr int kMaxDepth = 4096;

int quotactl_fd(int directory, int command, uint32_t project, void* data) {
  return static_cast<int>(::syscall(SYS_quotactl_fd, directory, QCMD(command, PRJQUOTA), project, data));
}

Result<fs_disk_quota> read_quota(int directory, uint32_t project) {
  fs_disk_quota quota{};
  if (quotactl_fd(directory, Q_XGETQUOTA, project, &quota) == 0) return quota;
  // xfs keeps nothing of an id that nobody has used.
  if (errno == ENOENT) return fs_disk_quota{};
  return os_error(Stage::quota, "cannot read the quota of project " + std::to_string(project));
}

Result<void> mark(int file, bool directory, uint32_t project) {
  fsxattr attributes{};
  if (::ioctl(file, FS_IOC_FSGETXATTR, &attributes) != 0) return os_error(Stage::quota, "cannot read the project of a file");
  attributes.fsx_projid = project;
  if (directory) attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
  if (::ioctl(file, FS_IOC_FSSETXATTR, &attributes) != 0) return os_error(Stage::quota, "cannot give a file to project " + std::to_string(project));
  return {};
}

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using Stream = std::unique_ptr<DIR, CloseDirectory>;

Result<void> mark_tree(UniqueFd directory, uint32_t project, int depth);

// Links, sockets and nodes cannot be opened without side effects; they hold no blocks, and their inodes count elsewhere.
Result<void> mark_entry(int parent, const dirent& entry, uint32_t project, int depth) {
  if (entry.d_type != DT_DIR && entry.d_type != DT_REG) return {};
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (entry.d_type == DT_DIR ? O_DIRECTORY : 0);
  UniqueFd file(::openat(parent, entry.d_name, flags));
  if (!file && (errno == ENOENT || errno == ELOOP || errno == ENXIO)) return {};
  if (!file) return os_error(Stage::quota, std::string("cannot open ") + entry.d_name);
  if (entry.d_type == DT_DIR) return mark_tree(std::move(file), project, depth + 1);
  return mark(file.get(), false, project);
}

// The directory first: what is made in it from then on inherits.
Result<void> mark_tree(UniqueFd directory, uint32_t project, int depth) {
  if (depth > kMaxDepth) return Error{Stage::quota, ELOOP, "the directories are nested more than " + std::to_string(kMaxDepth) + " deep"};
  KEELSON_TRY(mark(directory.get(), true, project));
  const Stream stream(::fdopendir(directory.get()));
  if (!stream) return os_error(Stage::quota, "cannot list a directory");
  const int parent = directory.release();
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return os_error(Stage::quota, "cannot list a directory");
    if (entry == nullptr) return {};
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") KEELSON_TRY(mark_entry(parent, *entry, project, depth));
  }
}

Result<UniqueFd> open_directory(const std::string& path) {
  return sys::open_path(Stage::quota, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

bool is_unused(const fs_disk_quota& quota) {
  return quota.d_icount == 0 && quota.d_bcount == 0 && quota.d_blk_hardlimit == 0 && quota.d_ino_hardlimit == 0;
}

Result<uint32_t> find_unused(int directory, uint32_t first) {
  uint32_t project = first;
  for (uint32_t tried = 0; tried <= kLastProject - kFirstProject; ++tried) {
    if (project < kFirstProject || project > kLastProject) project = kFirstProject;
    if (is_unused(KEELSON_TRY(read_quota(directory, project)))) return project;
    ++project;
  }
  return Error{Stage::quota, ENOSPC, "every project id of Keelson is in use on this filesystem"};
}

}  // namespace

Result<bool> enforced(int directory) {
  fs_quota_statv state{};
  state.qs_version = FS_QSTATV_VERSION1;
  if (quotactl_fd(directory, Q_XGETQSTATV, 0, &state) != 0) {
    // No quotas in this filesystem or this kernel, none switched on, or a server that may not set any.
    for (const int none : {ENOSYS, ENOTSUP, EINVAL, ESRCH, ENODEV, ENOTBLK, EPERM, EACCES})
      if (errno == none) return false;
    return os_error(Stage::quota, "cannot ask for the state of quotas");
  }
  constexpr unsigned both = FS_QUOTA_PDQ_ACCT | FS_QUOTA_PDQ_ENFD;
  return (state.qs_flags & both) == both;
}

Result<uint32_t> project_of(int directory) {
  fsxattr attributes{};
  if (::ioctl(directory, FS_IOC_FSGETXATTR, &attributes) != 0) {
    if (errno == ENOTTY || errno == ENOTSUP) return uint32_t{0};
    return os_error(Stage::quota, "cannot read the project of a directory");
  }
  return (attributes.fsx_xflags & FS_XFLAG_PROJINHERIT) != 0 ? attributes.fsx_projid : uint32_t{0};
}

Result<uint32_t> claim(const std::vector<std::string>& trees, uint32_t first) {
  uint32_t project = 0;
  for (const std::string& tree : trees) {
    UniqueFd directory = KEELSON_TRY(open_directory(tree));
    if (project == 0) project = KEELSON_TRY(find_unused(directory.get(), first));
    KEELSON_TRY(mark_tree(std::move(directory), project, 0));
  }
  return project;
}

Result<void> set_limit(int directory, uint32_t project, uint64_t bytes) {
  fs_disk_quota quota{};
  quota.d_version = FS_DQUOT_VERSION;
  quota.d_flags = FS_PROJ_QUOTA;
  quota.d_id = project;
  quota.d_fieldmask = FS_DQ_BHARD | FS_DQ_IHARD | FS_DQ_BSOFT | FS_DQ_ISOFT;
  quota.d_blk_hardlimit = bytes / kBasicBlock;
  quota.d_ino_hardlimit = bytes == 0 ? 0 : std::max(bytes / kBytesForInode, kLeastInodes);
  if (quotactl_fd(directory, Q_XSETQLIM, project, &quota) != 0)
    return os_error(Stage::quota, "cannot limit project " + std::to_string(project) + " to " + std::to_string(bytes) + " bytes");
  const fs_disk_quota now = KEELSON_TRY(read_quota(directory, project));
  if (now.d_blk_hardlimit != quota.d_blk_hardlimit || now.d_ino_hardlimit != quota.d_ino_hardlimit)
    return Error{Stage::quota, EIO, "the kernel keeps a limit of " + std::to_string(now.d_blk_hardlimit * kBasicBlock) + " bytes for project " +
                                        std::to_string(project) + " instead of " + std::to_string(bytes)};
  return {};
}

Result<Usage> usage(int directory, uint32_t project) {
  const fs_disk_quota quota = KEELSON_TRY(read_quota(directory, project));
  return Usage{quota.d_bcount * kBasicBlock, quota.d_icount, quota.d_blk_hardlimit * kBasicBlock};
}

Result<uint32_t> sweep(int directory) {
  uint32_t cleared = 0;
  uint32_t next = kFirstProject;
  for (;;) {
    fs_disk_quota quota{};
    // The quota of this id, or of the next one that has any.
    if (quotactl_fd(directory, Q_XGETNEXTQUOTA, next, &quota) != 0) {
      if (errno == ENOENT || errno == ESRCH || errno == ENOSYS) return cleared;
      return os_error(Stage::quota, "cannot list the quotas of projects");
    }
    if (quota.d_id < next || quota.d_id > kLastProject) return cleared;
    // A project that is being made has files before it has a limit.
    if (quota.d_icount == 0 && (quota.d_blk_hardlimit != 0 || quota.d_ino_hardlimit != 0)) {
      KEELSON_TRY(set_limit(directory, quota.d_id, 0));
      ++cleared;
    }
    if (quota.d_id == kLastProject) return cleared;
    next = quota.d_id + 1;
  }
}

}  // namespace keelson::quota
