#include "frame.h"

#include <cerrno>
#include <cstdlib>

namespace keelson::supervisor {
namespace {

using sys::Error;
using sys::Stage;

uint32_t read_length(const char* bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes);
  return static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 | static_cast<uint32_t>(at[2]) << 16 |
         static_cast<uint32_t>(at[3]) << 24;
}

bool sent_by_clients(uint8_t type) {
  return type >= static_cast<uint8_t>(FrameType::request) && type <= static_cast<uint8_t>(FrameType::signal);
}

}  // namespace

void append_frame(std::string& out, FrameType type, std::string_view payload) {
  if (payload.size() > kMaxFramePayload) std::abort();
  const auto length = static_cast<uint32_t>(payload.size());
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(length >> shift & 0xff));
  out.push_back(static_cast<char>(type));
  out.append(payload);
}

void FrameReader::feed(std::string_view bytes) {
  buffer_.erase(0, taken_);
  taken_ = 0;
  buffer_.append(bytes);
}

sys::Result<std::optional<Frame>> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(taken_);
  if (rest.size() < kFrameHeader) return std::optional<Frame>{};
  // Both are checked before the payload is waited for, so that nobody can make us hold more than a frame.
  const uint32_t length = read_length(rest.data());
  const auto type = static_cast<uint8_t>(rest[4]);
  if (length > kMaxFramePayload)
    return Error{Stage::protocol, EMSGSIZE, "a frame of " + std::to_string(length) + " bytes is over the limit of 1 MiB"};
  if (!sent_by_clients(type))
    return Error{Stage::protocol, EPROTO, "frame type " + std::to_string(type) + " is not one that clients send"};
  if (rest.size() < kFrameHeader + length) return std::optional<Frame>{};
  taken_ += kFrameHeader + length;
  return std::optional<Frame>{Frame{static_cast<FrameType>(type), rest.substr(kFrameHeader, length)}};
}

}  // namespace keelson::supervisor
