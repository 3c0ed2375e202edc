#include "cgroup/hierarchy.h"

#include <algorithm>
#include <array>

#include "sys/fs.h"

namespace keelson::cgroup {
namespace {

using sys::Stage;

// Limits, accounting (blkio: bytes read and written), and the freezer and devices groups that a container is put into from its start.
constexpr std::array<std::string_view, 9> used_controllers = {"cpu",   "cpuacct", "cpuset",  "memory", "pids",
                                                              "blkio", "devices", "freezer", "hugetlb"};

// Each container has mounts of its own, but those are in other namespaces: 4 MiB are some 30,000 lines.
constexpr size_t mountinfo_limit = 4 << 20;

// proc_pid_mountinfo(5): space, tab, newline and backslash are written as three octal digits.
std::string unescape(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size()) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

bool seen(const std::vector<Hierarchy>& known, const std::string& controller) {
  return std::any_of(known.begin(), known.end(), [&](const Hierarchy& one) {
    return std::find(one.controllers.begin(), one.controllers.end(), controller) != one.controllers.end();
  });
}

// "ID PARENT MAJOR:MINOR ROOT MOUNT_POINT OPTIONS [TAG...] - TYPE SOURCE SUPER_OPTIONS"
void add_line(std::string_view line, Mounted& mounted) {
  std::vector<std::string> fields = split_words(line, " ");
  auto dash = std::find(fields.begin(), fields.end(), "-");
  if (fields.size() < 9 || fields.end() - dash < 4) return;
  const std::string& type = *(dash + 1);
  Hierarchy found{{}, unescape(fields[4])};
  if (type == "cgroup2") {
    if (mounted.unified.empty()) mounted.unified.push_back(std::move(found));
    return;
  }
  if (type != "cgroup") return;
  for (std::string& option : split_words(*(dash + 3), ",")) {
    bool used = std::find(used_controllers.begin(), used_controllers.end(), option) != used_controllers.end();
    if (used && !seen(mounted.v1, option)) found.controllers.push_back(std::move(option));
  }
  if (!found.controllers.empty()) mounted.v1.push_back(std::move(found));
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += all.empty() ? word : "," + word;
  return all;
}

std::vector<std::string> split_words(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (true) {
    size_t start = text.find_first_not_of(separators);
    if (start == std::string_view::npos) return words;
    text.remove_prefix(start);
    size_t end = std::min(text.find_first_of(separators), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

sys::Result<Mounted> mounted_hierarchies() {
  std::string text = KEELSON_TRY(sys::read_file(Stage::cgroup_detect, "/proc/self/mountinfo", mountinfo_limit));
  Mounted mounted;
  for (const std::string& line : split_words(text, "\n")) add_line(line, mounted);
  return mounted;
}

sys::Result<Version> host_version() {
  Mounted mounted = KEELSON_TRY(mounted_hierarchies());
  if (!mounted.unified.empty()) {
    std::string file = mounted.unified.front().mount_point + "/cgroup.controllers";
    std::string text = KEELSON_TRY(sys::read_file(Stage::cgroup_detect, file, 4096));
    std::vector<std::string> names = split_words(text, " \n");
    if (std::find(names.begin(), names.end(), "memory") != names.end()) return Version::v2;
  }
  if (seen(mounted.v1, "memory")) return Version::v1;
  return sys::Error{Stage::cgroup_detect, 0, "no mounted cgroup hierarchy has the memory controller"};
}

sys::Result<std::vector<Hierarchy>> hierarchies_of(Version version) {
  Mounted mounted = KEELSON_TRY(mounted_hierarchies());
  return version == Version::v2 ? std::move(mounted.unified) : std::move(mounted.v1);
}

}  // namespace keelson::cgroup
