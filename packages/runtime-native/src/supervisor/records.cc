#include "records.h"

#include <unistd.h>

#include <charconv>

#include "spec/json_text.h"
#include "sys/fs.h"

namespace keelson::supervisor {

using spec::JsonText;
using sys::Error;
using sys::Result;
using sys::Stage;

namespace {

constexpr size_t kMaxStat = 4096;
constexpr int kVersion = 1;

std::string sent_text(const std::map<int, uint64_t>& sent) {
  std::string items;
  for (const auto& [signal, time] : sent) {
    if (!items.empty()) items += ',';
    items += JsonText().add("signal", signal).add("time", std::to_string(time)).text();
  }
  return "[" + items + "]";
}

std::string victim_text(const std::optional<OomVictim>& victim, pid_t first) {
  if (!victim) return "null";
  return JsonText().add("pid", victim->pid).add("first", victim->pid == first).add("firstKilled", victim->first_killed).add("command", victim->command).add("time", std::to_string(victim->time)).text();
}

std::string usage_text(const cgroup::Usage& usage) {
  const auto text = [](std::optional<uint64_t> figure) { return figure ? std::to_string(*figure) : std::string("null"); };
  return JsonText()
      .raw("cpuUsageNs", text(usage.cpu_ns))
      .raw("cpuThrottledNs", text(usage.cpu_throttled_ns))
      .raw("memoryPeakBytes", text(usage.memory_peak))
      .raw("memoryLimitBytes", text(usage.memory_limit))
      .raw("pidsPeak", text(usage.pids_peak))
      .raw("pidsLimit", text(usage.pids_limit))
      .text();
}

}  // namespace

Result<uint64_t> start_ticks(pid_t pid) {
  const std::string name = "/proc/" + std::to_string(pid) + "/stat";
  const std::string stat = KEELSON_TRY(sys::read_file(Stage::proc_state, name, kMaxStat));
  // Field 2 is the program's name in parentheses and may hold spaces and parentheses; field 3 follows the last of them.
  size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  uint64_t ticks = 0;
  if (at == std::string::npos || std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks).ec != std::errc())
    return Error{Stage::proc_state, EINVAL, name + " has no start time"};
  return ticks;
}

Result<std::string> boot_id() {
  std::string id = KEELSON_TRY(sys::read_file(Stage::proc_state, "/proc/sys/kernel/random/boot_id", 64));
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::string report_text(const Running& running) {
  return JsonText()
             .add("ok", true)
             .add("pid", running.pid)
             .add("startTicks", static_cast<int64_t>(running.start_ticks))
             .add("startedAt", std::to_string(running.started_at))
             .text() + "\n";
}

std::string error_text(const Error& error) {
  return JsonText().add("ok", false).add("stage", sys::stage_name(error.stage)).add("errno", error.err).add("detail", error.detail).text();
}

std::string state_text(const spec::Launch& launch, const Running& running, const std::string& cgroup, const std::string& boot, Condition now) {
  const Result<uint64_t> own = start_ticks(::getpid());
  return JsonText()
      .add("ok", true)
      .add("version", kVersion)
      .add("id", launch.id)
      .add("supervisorPid", ::getpid())
      .add("supervisorStartTicks", static_cast<int64_t>(own.ok() ? own.value() : 0))
      .add("pid", running.pid)
      .add("startTicks", static_cast<int64_t>(running.start_ticks))
      .add("startedAt", std::to_string(running.started_at))
      .add("bootId", boot)
      .add("cgroup", cgroup)
      .add("exited", now.exited)
      .add("paused", now.paused)
      .text();
}

std::string exit_text(const spec::Launch& launch, const Exit& exit, const std::string& boot) {
  return JsonText()
      .add("version", kVersion)
      .add("id", launch.id)
      .add("exitCode", exit.status.code)
      .add("signal", exit.status.signal)
      .add("coreDumped", exit.status.core_dumped)
      .add("oomKilled", exit.oom_kills > 0)
      .add("startedAt", std::to_string(exit.started_at))
      .add("finishedAt", std::to_string(exit.finished_at))
      .add("bootId", boot)
      .raw("sent", sent_text(exit.sent))
      .add("oomKills", static_cast<int64_t>(exit.oom_kills))
      .raw("oomVictim", victim_text(exit.oom_victim, exit.pid))
      .raw("usage", usage_text(exit.usage))
      .text();
}

}  // namespace keelson::supervisor
