#include "cgroup/limits.h"

#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <charconv>
#include <limits>
#include <memory>

#include "cgroup/hierarchy.h"
#include "sys/fs.h"

namespace keelson::cgroup {
namespace {

using sys::Stage;

// Above CONFIG_NR_CPUS_RANGE_END of every architecture (8192 on x86-64).
using Members = std::bitset<16384>;

constexpr size_t value_limit = 65536;

std::optional<size_t> number(std::string_view text) {
  size_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value >= Members().size()) return std::nullopt;
  return value;
}

std::optional<Members> parse_list(const std::string& text) {
  Members members;
  for (const std::string& range : split_words(text, ",\n ")) {
    size_t dash = std::min(range.find('-'), range.size());
    std::optional<size_t> first = number(std::string_view(range).substr(0, dash));
    std::optional<size_t> last = dash == range.size() ? first : number(std::string_view(range).substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    for (size_t member = *first; member <= *last; ++member) members.set(member);
  }
  return members;
}

}  // namespace

sys::Error differs(const std::string& file, const std::string& asked, const std::string& found) {
  return {Stage::cgroup_limit, 0, file + " reads \"" + found + "\" where \"" + asked + "\" was asked for"};
}

std::optional<int64_t> wanted(const std::optional<int64_t>& field) {
  return field && *field != 0 ? field : std::nullopt;
}

std::optional<int64_t> wanted(const std::optional<uint64_t>& field) {
  if (!field || *field == 0) return std::nullopt;
  return static_cast<int64_t>(std::min<uint64_t>(*field, std::numeric_limits<int64_t>::max()));
}

sys::Result<void> check_limit(const char* what, const std::optional<int64_t>& field) {
  if (!field || *field >= -1) return {};
  return sys::Error{Stage::cgroup_limit, 0, std::string("the limit of ") + what + " is negative"};
}

sys::Result<std::string> read_value(const std::string& file) {
  std::string text = KEELSON_TRY(sys::read_file(Stage::cgroup_read, file, value_limit));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

sys::Result<void> set_value(const std::string& file, const std::string& value, const std::string& expected) {
  KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file, value));
  std::string found = KEELSON_TRY(read_value(file));
  if (found != expected) return differs(file, expected, found);
  return {};
}

sys::Result<void> set_list(const std::string& file, const std::string& check_file, const std::string& list) {
  std::optional<Members> asked = parse_list(list);
  if (!asked || asked->none()) return sys::Error{Stage::cgroup_limit, 0, "\"" + list + "\" is not a list for " + file};
  KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file, list));
  std::string found = KEELSON_TRY(read_value(check_file));
  if (parse_list(found) != asked) return differs(check_file, list, found);
  return {};
}

int64_t whole_pages(int64_t bytes) {
  int64_t page = ::sysconf(_SC_PAGESIZE);
  return bytes / page * page;
}

std::string device_number(const spec::DeviceFigure& device) {
  return std::to_string(device.major) + ":" + std::to_string(device.minor);
}

sys::Result<std::string> read_device_line(const std::string& file, const spec::DeviceFigure& device) {
  const std::string start = device_number(device) + " ";
  for (const std::string& line : split_words(KEELSON_TRY(read_value(file)), "\n")) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return std::string();
}

bool exists(const std::string& file) { return ::access(file.c_str(), F_OK) == 0; }

}  // namespace keelson::cgroup
