#include "spec/json_text.h"

#include "rapidjson/stringbuffer.h"
#include "rapidjson/writer.h"

namespace keelson::spec {
namespace {

// Bytes that are no UTF-8, as file names can be, become U+FFFD: a reader must be able to parse the rest.
std::string quoted(std::string_view text) {
  using Lenient = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator,
                                    rapidjson::kWriteValidateEncodingFlag>;
  rapidjson::StringBuffer buffer;
  Lenient writer(buffer);
  if (writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()))) return buffer.GetString();
  std::string ascii;
  for (const char byte : text) ascii += static_cast<unsigned char>(byte) < 0x80 ? std::string(1, byte) : "\xEF\xBF\xBD";
  return quoted(ascii);
}

}  // namespace

JsonText& JsonText::raw(std::string_view key, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += quoted(key);
  members_ += ':';
  members_ += json;
  return *this;
}

JsonText& JsonText::add(std::string_view key, std::string_view value) { return raw(key, quoted(value)); }
JsonText& JsonText::add(std::string_view key, int64_t value) { return raw(key, std::to_string(value)); }
JsonText& JsonText::add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }

}  // namespace keelson::spec
