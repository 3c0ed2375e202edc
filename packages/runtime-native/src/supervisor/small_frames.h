// Payloads of RESIZE and SIGNAL frames: small integers, little-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace keelson::supervisor {

struct TerminalSize {
  uint16_t rows;
  uint16_t cols;
};

inline uint32_t byte_at(std::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

inline std::optional<TerminalSize> parse_resize(std::string_view payload) {
  if (payload.size() != 4) return std::nullopt;
  return TerminalSize{static_cast<uint16_t>(byte_at(payload, 0) | byte_at(payload, 1) << 8),
                      static_cast<uint16_t>(byte_at(payload, 2) | byte_at(payload, 3) << 8)};
}

inline std::optional<int> parse_signal(std::string_view payload) {
  if (payload.size() != 4) return std::nullopt;
  const uint32_t number = byte_at(payload, 0) | byte_at(payload, 1) << 8 | byte_at(payload, 2) << 16 | byte_at(payload, 3) << 24;
  if (number < 1 || number > 64) return std::nullopt;
  return static_cast<int>(number);
}

}  // namespace keelson::supervisor
