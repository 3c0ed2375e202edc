// Frames of the control protocol (README.md, "ctl protocol, version 1"): u32 length (LE), u8 type, payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sys/result.h"

namespace keelson::supervisor {

enum class FrameType : uint8_t {
  request = 1,
  stdin_bytes = 2,
  stdin_eof = 3,
  resize = 4,
  signal = 5,
  response = 16,
  stdout_bytes = 17,
  stderr_bytes = 18,
  gap = 19,
  exit = 20,
};

inline constexpr size_t kFrameHeader = 5;
inline constexpr size_t kMaxFramePayload = 1024 * 1024;

struct Frame {
  FrameType type;
  std::string_view payload;
};

// Appends the frame to `out`; a payload over the limit is a fault of the caller and ends the process.
void append_frame(std::string& out, FrameType type, std::string_view payload);

// Puts frames together from what a client sends in pieces. Holds at most one frame and one read.
class FrameReader {
 public:
  void feed(std::string_view bytes);

  // The next whole frame, or nothing yet. Its payload is valid until the next call of feed() or next(). An error is final: the
  // stream has lost its place, and the connection must be closed.
  sys::Result<std::optional<Frame>> next();

 private:
  std::string buffer_;
  size_t taken_ = 0;
};

}  // namespace keelson::supervisor
