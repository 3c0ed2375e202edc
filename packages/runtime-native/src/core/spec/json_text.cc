#include "spec/json_text.h"

namespace keelson::spec {
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

}  // namespace

// Bytes that are no UTF-8, as file names can have, become U+FFFD: a reader must be able to parse the rest.
std::string json_quoted(std::string_view text) {
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

JsonText& JsonText::raw(std::string_view key, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += json_quoted(key);
  members_ += ':';
  members_ += json;
  return *this;
}

JsonText& JsonText::add(std::string_view key, std::string_view value) { return raw(key, json_quoted(value)); }
JsonText& JsonText::add(std::string_view key, int64_t value) { return raw(key, std::to_string(value)); }
JsonText& JsonText::add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }

}  // namespace keelson::spec
