// Project quotas of ext4 and xfs (quotactl(2), xfs_quota(8)): a limit for all files that carry the same project id. Directories marked as
// inheriting hand their id to everything made below them. An id is known by the filesystem alone: no other record has it.
// `directory` is any open directory (not O_PATH) of the filesystem that is meant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sys/result.h"

namespace keelson::quota {

// Ids of Keelson's projects, of all instances that share a filesystem; others (xfs_quota, other engines) begin at 1.
constexpr uint32_t kFirstProject = 0x4b00'0000;
constexpr uint32_t kLastProject = 0x4bff'ffff;

struct Usage {
  uint64_t bytes = 0;
  uint64_t inodes = 0;
  uint64_t limit_bytes = 0;  // 0: none
};

// Whether the filesystem counts by project and refuses what is beyond a limit: mounted with prjquota.
sys::Result<bool> enforced(int directory);

// The id that files made in this directory will carry; 0 where there is none.
sys::Result<uint32_t> project_of(int directory);

// Takes an id that no file carries, looked for from `first` on, and gives it to these trees with everything in them. Returns it.
sys::Result<uint32_t> claim(const std::vector<std::string>& trees, uint32_t first);

// 0 takes the limit away. Reads back what is in force, and fails where that is something else. The number of files is limited along with
// the bytes: one for each 4 KiB, so that empty files do not take all inodes of the host.
sys::Result<void> set_limit(int directory, uint32_t project, uint64_t bytes);

sys::Result<Usage> usage(int directory, uint32_t project);

// Takes away the limits of ids of ours that no file carries any more; returns how many there were.
sys::Result<uint32_t> sweep(int directory);

}  // namespace keelson::quota
