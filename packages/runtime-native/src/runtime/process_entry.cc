#include "process_entry.h"

#include <charconv>
#include <string>

#include "sys/fs.h"

namespace keelson::runtime {

namespace {
constexpr size_t kMaxStat = 4096;
}

std::optional<ProcessEntry> read_process(pid_t pid) {
  const sys::Result<std::string> stat = sys::read_file(sys::Stage::proc_state, "/proc/" + std::to_string(pid) + "/stat", kMaxStat);
  if (!stat.ok()) return {};
  const std::string& text = stat.value();
  // The name in parentheses may hold parentheses and spaces; field 3 follows the last of them.
  size_t at = text.rfind(')');
  if (at == std::string::npos || at + 2 >= text.size()) return {};
  ProcessEntry entry;
  entry.state = text[at + 2];
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
  if (at == std::string::npos) return {};
  std::from_chars(text.data() + at + 1, text.data() + text.size(), entry.start_ticks);
  return entry;
}

}  // namespace keelson::runtime
