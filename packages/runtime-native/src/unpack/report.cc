#include "report.h"

#include <string_view>

namespace keelson::unpack {
namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 where it is none (RFC 3629: no surrogates, no overlong forms).
size_t utf8_length(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(0);
  if (first < 0x80) return 1;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    size_t length = utf8_length(text);
    auto first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\\ufffd";
      length = 1;
    } else if (first < 0x20 || first == 0x7f) {
      out += "\\u00";
      out += kHex[first >> 4];
      out += kHex[first & 15];
    } else {
      if (first == '"' || first == '\\') out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out + "\"";
}

}  // namespace

std::string report_line(const layer::Outcome& outcome) {
  if (outcome.ok) {
    return "{\"ok\":true,\"bytes\":" + std::to_string(outcome.bytes) + ",\"entries\":" + std::to_string(outcome.entries) + "}\n";
  }
  return "{\"ok\":false,\"stage\":" + quoted(sys::stage_name(outcome.error.stage)) +
         ",\"errno\":" + std::to_string(outcome.error.err) + ",\"detail\":" + quoted(outcome.error.detail) +
         ",\"entry\":" + quoted(outcome.entry) + "}\n";
}

}  // namespace keelson::unpack
