// The log's format on disk (README.md, "Log, version 1"). The structs are written as they lie in memory: the formats are
// little-endian, as are x86-64 and arm64 Linux.
#pragma once

#include <cstddef>
#include <cstdint>

namespace keelson::supervisor {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

enum class LogStream : uint8_t { marker = 0, out = 1, err = 2 };

// What a frame of the marker stream tells; it stands in the frame's flags.
enum class LogMarker : uint8_t {
  begin = 1,      // first frame of a part that follows another: where it stands in the whole log
  torn = 2,       // a crash left half a frame here, which was cut off
  disk_full = 3,  // the disk had no room for what was written here
};

struct LogFrameHeader {
  uint32_t length;
  uint8_t stream;
  uint8_t flags;
  uint16_t reserved;
  uint64_t nanoseconds;
};
static_assert(sizeof(LogFrameHeader) == 16);

struct LogIndexEntry {
  uint64_t offset;
  uint64_t nanoseconds;
  uint64_t lines;
  uint64_t open_lines;
};
static_assert(sizeof(LogIndexEntry) == 32);

// Payload of LogMarker::begin: bytes (frames included) and line breaks of all parts before, and what LogIndexEntry has of open lines.
struct LogPosition {
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t open_lines = 0;
};
static_assert(sizeof(LogPosition) == 24);

inline constexpr size_t kMaxLogPayload = 64 * 1024;
inline constexpr uint64_t kLogIndexEvery = 64 * 1024;

bool plausible(const LogFrameHeader& header);

}  // namespace keelson::supervisor
