// One 512-byte header block of a tar archive, decoded but not yet judged.
// Formats: v7, ustar (POSIX.1-1988), GNU (tar's manual, "Basic Tar Format"), star.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sys/result.h"

namespace keelson::layer {

inline constexpr size_t kBlockSize = 512;

// Segments of a sparse file: what a map may make us hold (R15).
inline constexpr size_t kMaxSegments = 65536;

// A stretch of a sparse file that is stored in the archive; what lies between two is a hole.
struct Segment {
  uint64_t offset = 0;
  uint64_t length = 0;
};

struct TarHeader {
  char type = '0';
  std::string name;
  std::string link;
  int64_t mode = 0;
  int64_t uid = 0;
  int64_t gid = 0;
  int64_t size = 0;
  int64_t mtime = 0;
  int64_t major = 0;
  int64_t minor = 0;
  // Old GNU sparse format (type 'S'): the first four segments, and whether blocks with more of them follow.
  std::vector<Segment> segments;
  bool more_segments = false;
  int64_t real_size = 0;
};

// A numeric field: octal text, or base 256 where the first bit is set (GNU). Nothing when malformed or over 63 bits.
std::optional<int64_t> parse_number(const char* field, size_t size);

bool is_zero_block(const char* block);

// Checks the checksum (unsigned sum, or the signed one of old programs) and decodes the fields.
sys::Result<TarHeader> parse_header(const char* block);

// A continuation block of the old GNU sparse format: up to 21 segments. Returns whether yet another block follows.
sys::Result<bool> parse_sparse_block(const char* block, std::vector<Segment>& segments);

}  // namespace keelson::layer
