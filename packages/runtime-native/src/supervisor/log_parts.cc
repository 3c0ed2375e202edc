#include "log_parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>

#include "sys/fs.h"

namespace keelson::supervisor {
namespace {

using sys::Result;
using sys::Stage;

constexpr size_t kLeastDigits = 6;

std::optional<LogPart> part_of(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot < kLeastDigits) return std::nullopt;
  const std::string_view suffix = name.substr(dot);
  if (suffix != ".log" && suffix != ".log.zst") return std::nullopt;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + dot, number);
  if (error != std::errc{} || end != name.data() + dot || number == 0) return std::nullopt;
  return LogPart{number, suffix == ".log.zst"};
}

}  // namespace

Result<std::vector<LogPart>> list_log_parts(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(directory.c_str()), ::closedir);
  if (!entries) return os_error(Stage::supervisor_log, "cannot list the log in " + directory);
  std::vector<LogPart> parts;
  while (const dirent* entry = ::readdir(entries.get()))
    if (const std::optional<LogPart> part = part_of(entry->d_name)) parts.push_back(*part);
  // A part that is being compressed has both files for a moment; the plain one comes last then.
  std::sort(parts.begin(), parts.end(), [](const LogPart& a, const LogPart& b) {
    return a.number != b.number ? a.number < b.number : a.compressed && !b.compressed;
  });
  return parts;
}

std::string log_part_path(const std::string& directory, uint64_t number, const char* suffix) {
  char name[32];
  std::snprintf(name, sizeof name, "/%06llu", static_cast<unsigned long long>(number));
  return directory + name + suffix;
}

Result<sys::UniqueFd> open_log_file(const std::string& path, int flags) {
  // O_NOFOLLOW: a planted link must not redirect the log.
  return sys::open_path(Stage::supervisor_log, path, flags | O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

void remove_log_part(const std::string& directory, uint64_t number) {
  for (const char* suffix : {".log", ".log.zst", ".log.zst.tmp", ".idx"}) ::unlink(log_part_path(directory, number, suffix).c_str());
}

}  // namespace keelson::supervisor
