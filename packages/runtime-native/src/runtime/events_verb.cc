// events: figures of a container, once or again and again, and what the OOM killer did. The names are those that containerd reads.
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "arguments.h"
#include "cgroup/cgroup.h"
#include "cgroup/stats.h"
#include "lifecycle.h"
#include "spec/json_text.h"
#include "verbs.h"

namespace keelson::runtime {

using spec::JsonText;
using sys::Error;
using sys::Result;
using sys::Stage;

namespace {

// How soon an OOM kill is told of, at the latest.
constexpr int64_t kLookMilliseconds = 500;
constexpr int64_t kDefaultInterval = 5'000;

// Figures beyond what JSON's readers can hold are limits that are none.
int64_t number(uint64_t value) { return value > INT64_MAX ? INT64_MAX : static_cast<int64_t>(value); }
int64_t known(uint64_t value) { return value == cgroup::Stats::unknown ? 0 : number(value); }

std::string cpu_json(const cgroup::Stats& stats) {
  const std::string throttling = JsonText()
                                     .add("periods", number(stats.cpu_periods))
                                     .add("throttledPeriods", number(stats.cpu_throttled_periods))
                                     .add("throttledTime", number(stats.cpu_throttled_ns))
                                     .text();
  return JsonText().raw("usage", JsonText().add("total", number(stats.cpu_usage_ns)).text()).raw("throttling", throttling).text();
}

std::string memory_json(const cgroup::Stats& stats) {
  const std::string usage = JsonText()
                                .add("limit", number(stats.memory_limit))
                                .add("usage", number(stats.memory))
                                .add("max", number(stats.memory_peak))
                                .add("failcnt", int64_t{0})
                                .text();
  const std::string raw = JsonText().add("inactive_file", number(stats.memory_inactive_file)).add("cache", number(stats.memory_cache)).text();
  return JsonText()
      .add("cache", number(stats.memory_cache))
      .raw("usage", usage)
      .raw("swap", JsonText().add("usage", known(stats.memory_swap)).text())
      .raw("raw", raw)
      .text();
}

std::string stats_json(const std::string& id, const cgroup::Stats& stats) {
  JsonText pids;
  pids.add("current", number(stats.pids));
  if (stats.pids_limit != cgroup::Stats::no_limit) pids.add("limit", number(stats.pids_limit));
  const std::string data = JsonText()
                               .raw("cpu", cpu_json(stats))
                               .raw("memory", memory_json(stats))
                               .raw("pids", pids.text())
                               .raw("blkio", JsonText().add("read", number(stats.block_read)).add("written", number(stats.block_written)).text())
                               .text();
  return JsonText().add("type", "stats").add("id", id).raw("data", data).text() + "\n";
}

// "5s", "500ms", "1m".
Result<int64_t> parse_interval(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  if (error == std::errc() && value > 0 && factor > 0 && value <= INT32_MAX / factor) return value * factor;
  return Error{Stage::args, EINVAL, "duration interval must be greater than 0, like 5s"};
}

// Until the container ends.
Result<void> follow(const Container& container, cgroup::StatsFiles& files, int64_t interval) {
  const sys::UniqueFd process = KEELSON_TRY(container.process());
  uint64_t kills = 0;
  for (int64_t passed = 0;;) {
    const std::optional<cgroup::Stats> stats = files.read();
    if (!stats) return {};
    if (stats->oom_kills > kills) print(JsonText().add("type", "oom").add("id", container.id()).text() + "\n");
    kills = stats->oom_kills;
    if (passed == 0) print(stats_json(container.id(), *stats));
    pollfd ended{process.get(), POLLIN, 0};
    const int64_t wait = std::min(kLookMilliseconds, interval - passed);
    const int got = ::poll(&ended, 1, static_cast<int>(wait));
    if (got > 0) return {};
    if (got < 0 && errno != EINTR) return sys::os_error(Stage::proc_state, "cannot wait for the container");
    passed = passed + wait >= interval ? 0 : passed + wait;
  }
}

}  // namespace

Outcome events(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"interval", ""}, {"stats", "", false}}));
  KEELSON_TRY(arguments.expect("events", 1, 1));
  const int64_t interval = arguments.has("interval") ? KEELSON_TRY(parse_interval(arguments.value("interval"))) : kDefaultInterval;
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front()));
  if (container.status() == Status::stopped)
    return Error{Stage::proc_state, ESRCH, "container with id " + container.id() + " is not running"};
  const cgroup::StatsLayout layout = KEELSON_TRY(cgroup::stats_layout());
  cgroup::StatsFiles files = KEELSON_TRY(cgroup::StatsFiles::open(layout, container.record().cgroup, 0));
  if (!arguments.has("stats")) {
    KEELSON_TRY(follow(container, files, interval));
    return 0;
  }
  const std::optional<cgroup::Stats> stats = files.read();
  if (!stats) return Error{Stage::cgroup_read, ENOENT, "container not running"};
  print(stats_json(container.id(), *stats));
  return 0;
}

}  // namespace keelson::runtime
