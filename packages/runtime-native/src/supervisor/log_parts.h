// The files of a log: parts 000001 and up, each NNNNNN.log (or, once the server has compressed it, NNNNNN.log.zst) with its NNNNNN.idx.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

struct LogPart {
  uint64_t number;
  bool compressed;
};

// What there is in `directory`, the oldest first.
sys::Result<std::vector<LogPart>> list_log_parts(const std::string& directory);

std::string log_part_path(const std::string& directory, uint64_t number, const char* suffix);

// Opens or makes one of the part's files.
sys::Result<sys::UniqueFd> open_log_file(const std::string& path, int flags = 0);

// Readers keep what they have open. The plain file goes before the compressed one: the server, which makes the second from the first, looks
// whether the first is still there when it is done, and takes its own back if not.
void remove_log_part(const std::string& directory, uint64_t number);

}  // namespace keelson::supervisor
