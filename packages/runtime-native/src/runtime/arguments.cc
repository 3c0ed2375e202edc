#include "arguments.h"

#include <errno.h>

#include <algorithm>
#include <charconv>

namespace keelson::runtime {

using sys::Error;
using sys::Result;
using sys::Stage;

namespace {

const Flag* find_flag(std::initializer_list<Flag> known, std::string_view name) {
  const auto* found = std::find_if(known.begin(), known.end(), [name](const Flag& one) { return one.name == name || (!one.letter.empty() && one.letter == name); });
  return found == known.end() ? nullptr : found;
}

// "--name", and "-name" as well.
std::string_view without_dashes(std::string_view word) {
  word.remove_prefix(1);
  if (word.starts_with('-')) word.remove_prefix(1);
  return word;
}

}  // namespace

Result<Arguments> Arguments::parse(const std::vector<std::string>& words, std::initializer_list<Flag> known) {
  Arguments parsed;
  size_t at = 0;
  for (; at < words.size() && words[at].size() > 1 && words[at].front() == '-'; ++at) {
    if (words[at] == "--") {
      ++at;
      break;
    }
    const std::string_view word = without_dashes(words[at]);
    const size_t equals = word.find('=');
    const Flag* flag = find_flag(known, word.substr(0, equals));
    if (flag == nullptr) return Error{Stage::args, EINVAL, "flag provided but not defined: " + words[at]};
    std::string value = equals == std::string_view::npos ? "" : std::string(word.substr(equals + 1));
    if (flag->takes_value && equals == std::string_view::npos) {
      if (++at == words.size()) return Error{Stage::args, EINVAL, "flag needs an argument: --" + std::string(flag->name)};
      value = words[at];
    }
    // "--all=false"
    if (!flag->takes_value && value == "false") continue;
    parsed.flags_.emplace_back(flag->name, std::move(value));
  }
  parsed.rest_.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return parsed;
}

bool Arguments::has(std::string_view flag) const {
  return std::any_of(flags_.begin(), flags_.end(), [flag](const auto& one) { return one.first == flag; });
}

std::string Arguments::value(std::string_view flag, std::string fallback) const {
  for (const auto& [name, value] : flags_)
    if (name == flag) fallback = value;
  return fallback;
}

std::vector<std::string> Arguments::values(std::string_view flag) const {
  std::vector<std::string> all;
  for (const auto& [name, value] : flags_)
    if (name == flag) all.push_back(value);
  return all;
}

Result<void> Arguments::expect(std::string_view verb, size_t least, size_t most) const {
  if (rest_.size() >= least && rest_.size() <= most) return {};
  const char* how = least == most ? "exactly " : "a minimum of ";
  return Error{Stage::args, EINVAL, "keelson-runtime: \"" + std::string(verb) + "\" requires " + how + std::to_string(least) + " argument(s)"};
}

Result<int64_t> parse_number(const std::string& flag, const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return Error{Stage::args, EINVAL, "invalid value \"" + text + "\" for flag --" + flag + ": it must be a whole number"};
}

}  // namespace keelson::runtime
