// Appends what a container writes to its log (README.md, "Log, version 1"). The supervisor is the only writer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "log_format.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

// What a log may take of the disk: `max_files` parts of `max_bytes` (plus their index, 32 bytes for each 64 KiB).
struct LogCaps {
  uint64_t max_bytes = 16 * 1024 * 1024;
  uint64_t max_files = 5;
};

class LogWriter {
 public:
  // Goes on with the newest part in `directory` (or makes the first), cuts off a frame that a crash left half written, and
  // leaves a marker that says so.
  static sys::Result<LogWriter> open(const std::string& directory, LogCaps caps);

  // One frame for each 64 KiB of `bytes`; `nanoseconds` since the epoch. When the disk is full the log keeps its last whole
  // frame and the error says so: the caller goes on reading, because a container must not stop for its log. What is lost
  // is counted, and a marker tells of it as soon as there is room.
  sys::Result<void> append(LogStream stream, std::string_view bytes, uint64_t nanoseconds);

  // Begins a new part and removes all others: whoever follows goes on, whoever begins to read finds nothing of before.
  sys::Result<void> clear();

 private:
  LogWriter() = default;
  sys::Result<void> open_part();
  sys::Result<void> repair();
  sys::Result<void> load_position();
  void walk_frames();
  sys::Result<void> append_frame(LogStream stream, std::string_view payload, uint64_t nanoseconds);
  sys::Result<void> tell_lost(uint64_t nanoseconds);
  sys::Result<void> write_marker(LogMarker marker, std::string_view payload, uint64_t nanoseconds);
  sys::Result<void> write_frame(LogFrameHeader header, std::string_view payload);
  sys::Result<void> index_if_due(uint64_t nanoseconds);
  sys::Result<void> rotate(uint64_t nanoseconds);
  void drop_parts(uint64_t newest);
  void drop_before(uint64_t part);
  void account(LogMarker marker);
  void account(LogStream stream, std::string_view payload);

  std::string directory_;
  LogCaps caps_;
  sys::UniqueFd log_;
  sys::UniqueFd index_;
  uint64_t part_ = 1;
  // The oldest that may still be there.
  uint64_t oldest_ = 1;
  uint64_t size_ = 0;
  // Bytes of the part before its first own frame: never rotated while it has nothing else.
  uint64_t start_ = 0;
  uint64_t indexed_at_ = 0;
  // Of all parts before this one.
  uint64_t bytes_before_ = 0;
  // Of the whole log.
  uint64_t lines_ = 0;
  // Bit 0: stdout is inside a line, bit 1: stderr is.
  uint64_t open_lines_ = 0;
  uint64_t lost_bytes_ = 0;
};

}  // namespace keelson::supervisor
