// Appends what a container writes to its log (README.md, "Log, version 1"). The supervisor is the only writer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

enum class LogStream : uint8_t { out = 1, err = 2 };

class LogWriter {
 public:
  static constexpr size_t kMaxPayload = 64 * 1024;
  static constexpr uint64_t kIndexEvery = 64 * 1024;

  // Opens (or makes) segment 000001 in `directory` and cuts off a frame that a crash left half written.
  static sys::Result<LogWriter> open(const std::string& directory);

  // One frame for each 64 KiB of `bytes`; `nanoseconds` since the epoch. When the disk is full the log keeps its last whole
  // frame and the error says so: the caller goes on reading, because a container must not stop for its log.
  sys::Result<void> append(LogStream stream, std::string_view bytes, uint64_t nanoseconds);

 private:
  LogWriter() = default;
  sys::Result<void> repair();
  sys::Result<void> append_frame(LogStream stream, std::string_view payload, uint64_t nanoseconds);
  sys::Result<void> index_if_due(uint64_t nanoseconds);
  void account(LogStream stream, std::string_view payload);

  std::string directory_;
  sys::UniqueFd log_;
  sys::UniqueFd index_;
  uint64_t size_ = 0;
  uint64_t indexed_at_ = 0;
  uint64_t lines_ = 0;
  // Bit 0: stdout is inside a line, bit 1: stderr is.
  uint64_t open_lines_ = 0;
};

}  // namespace keelson::supervisor
