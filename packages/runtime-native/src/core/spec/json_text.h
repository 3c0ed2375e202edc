// Writing JSON objects, for the small documents that we hand out: the report, the state, the exit record, answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keelson::spec {

class JsonText {
 public:
  JsonText& add(std::string_view key, std::string_view value);
  JsonText& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
  JsonText& add(std::string_view key, int64_t value);
  JsonText& add(std::string_view key, int value) { return add(key, static_cast<int64_t>(value)); }
  JsonText& add(std::string_view key, bool value);
  // Of texts that are JSON already.
  JsonText& raw(std::string_view key, std::string_view json);

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

// The string as JSON has it, quotes included.
std::string json_quoted(std::string_view text);

}  // namespace keelson::spec
