// The words of the command line, in the manner that callers of OCI runtimes write them: --name value, --name=value, -n value.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/result.h"

namespace keelson::runtime {

struct Flag {
  std::string_view name;
  std::string_view letter;  // empty: none
  bool takes_value = true;
};

class Arguments {
 public:
  // Flags up to the first word that is none, or to "--". Fails (stage args) on a flag that is not in `known`.
  static sys::Result<Arguments> parse(const std::vector<std::string>& words, std::initializer_list<Flag> known);

  bool has(std::string_view flag) const;
  // The last one given.
  std::string value(std::string_view flag, std::string fallback = {}) const;
  std::vector<std::string> values(std::string_view flag) const;
  const std::vector<std::string>& rest() const { return rest_; }

  // Fails unless as many words follow the flags.
  sys::Result<void> expect(std::string_view verb, size_t least, size_t most) const;

 private:
  std::vector<std::pair<std::string, std::string>> flags_;
  std::vector<std::string> rest_;
};

sys::Result<int64_t> parse_number(const std::string& flag, const std::string& text);

}  // namespace keelson::runtime
