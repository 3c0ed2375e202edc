#include "oom_victim.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <chrono>

#include "clock.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {
namespace {

// Records are read from the oldest on, one a call, about a microsecond each; a log of the usual size has some thousand.
constexpr std::chrono::milliseconds kPatience{100};
// The kernel's clock of its log and ours are read at different moments.
constexpr uint64_t kSlack = 1'000'000'000;
// Documentation/ABI/testing/dev-kmsg: a record is never longer.
constexpr size_t kMaxRecord = 8192;

template <class Number>
std::optional<Number> number_at(std::string_view text) {
  Number value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

bool names_group(std::string_view path, std::string_view group) {
  return !group.empty() && path.ends_with(group);
}

// "…,task_memcg=PATH,task=COMMAND,pid=PID,uid=UID". A command may hold any of these words and is at the end, so what is before it is looked
// for from the left, what is behind it from the right.
std::optional<OomVictim> of_summary(std::string_view text, std::string_view group) {
  constexpr std::string_view memcg = ",task_memcg=";
  constexpr std::string_view task = ",task=";
  constexpr std::string_view pid = ",pid=";
  const size_t path = text.find(memcg);
  if (path == std::string_view::npos) return std::nullopt;
  const size_t command = text.find(task, path);
  const size_t number = text.rfind(pid);
  if (command == std::string_view::npos || number == std::string_view::npos || number < command + task.size()) return std::nullopt;
  if (!names_group(text.substr(path + memcg.size(), command - path - memcg.size()), group)) return std::nullopt;
  const auto victim = number_at<pid_t>(text.substr(number + pid.size()));
  if (!victim) return std::nullopt;
  return OomVictim{*victim, std::string(text.substr(command + task.size(), number - command - task.size()))};
}

// "Memory cgroup out of memory: Killed process PID (COMMAND) total-vm:…": also for those that were not chosen and die with their group. The kernel leaves
// summaries out when there are many at a time.
std::optional<OomVictim> of_kill(std::string_view text, pid_t main_pid) {
  constexpr std::string_view killed = "Killed process ";
  const size_t at = text.find(killed);
  if (at == std::string_view::npos) return std::nullopt;
  const auto victim = number_at<pid_t>(text.substr(at + killed.size()));
  const size_t open = text.find('(', at);
  const size_t close = text.rfind(") total-vm");
  if (victim != main_pid || open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  return OomVictim{main_pid, std::string(text.substr(open + 1, close - open - 1)), 0, true};
}

}  // namespace

std::optional<OomVictim> parse_oom_record(std::string_view record, const OomScene& scene) {
  const size_t text_at = record.find(';');
  if (text_at == std::string_view::npos) return std::nullopt;
  // Priority and facility in one number (syslog(2)); the kernel's facility is 0.
  const auto priority = number_at<unsigned>(record);
  const size_t sequence = record.find(',');
  const size_t time = record.find(',', sequence + 1);
  if (!priority || *priority > 7 || time == std::string_view::npos || time > text_at) return std::nullopt;
  const std::string_view text = record.substr(text_at + 1, record.find('\n', text_at) - text_at - 1);
  std::optional<OomVictim> victim = text.starts_with("oom-kill:") ? of_summary(text, scene.group) : of_kill(text, scene.main_pid);
  if (victim) victim->time = number_at<uint64_t>(record.substr(time + 1)).value_or(0);
  return victim;
}

std::optional<OomVictim> find_oom_victim(const OomScene& scene, uint64_t since) {
  const sys::UniqueFd log(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!log) return std::nullopt;
  timespec up{};
  ::clock_gettime(CLOCK_MONOTONIC, &up);
  const uint64_t boot = nanoseconds_since_epoch() - (static_cast<uint64_t>(up.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(up.tv_nsec));
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::optional<OomVictim> found;
  bool first_killed = false;
  char record[kMaxRecord];
  while (std::chrono::steady_clock::now() < end) {
    const ssize_t length = ::read(log.get(), record, sizeof record);
    // EPIPE: it was overwritten before we came to it; the next read goes on behind it.
    if (length < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (length <= 0) {
      if (found) found->first_killed = first_killed;
      return found;
    }
    std::optional<OomVictim> victim = parse_oom_record(std::string_view(record, static_cast<size_t>(length)), scene);
    if (!victim) continue;
    victim->time = boot + victim->time * 1000;
    if (victim->time + kSlack < since) continue;
    first_killed = first_killed || victim->first_killed || victim->pid == scene.main_pid;
    // A kill without a summary is only told where nobody was seen to be chosen.
    if (!found || (!victim->first_killed && found->pid != scene.main_pid)) found = std::move(victim);
  }
  return std::nullopt;
}

}  // namespace keelson::supervisor
