#include "stats_binding.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cgroup/stats.h"
#include "worker.h"

namespace keelson::addon {
namespace {

using cgroup::Stats;
using cgroup::StatsFiles;
using cgroup::StatsLayout;

// Touched by one sample at a time (lib/stats.ts sees to that), so its files need no lock.
struct Watched {
  uint32_t handle;
  std::string path;
  pid_t pid;
  std::optional<StatsFiles> files;
  bool gone = false;
};

using Layout = std::shared_ptr<std::optional<StatsLayout>>;
using Rows = std::vector<double>;

// Counters stay below 2^53 (104 days of one core in nanoseconds are 2^53, so the last digits may be rounded after that).
// No limit and unknown are one value, and one infinity for lib/stats.ts, which makes null of it.
double encode_limit(uint64_t limit) {
  return limit == Stats::no_limit ? std::numeric_limits<double>::infinity() : static_cast<double>(limit);
}

// The columns of a row; lib/stats.ts names them in the same order.
void append_row(Rows& rows, const Watched& one, const Stats& stats) {
  const double row[] = {
      static_cast<double>(one.handle),
      one.gone ? 1.0 : 0.0,
      static_cast<double>(stats.cpu_usage_ns),
      static_cast<double>(stats.cpu_throttled_ns),
      static_cast<double>(stats.memory),
      static_cast<double>(stats.memory_inactive_file),
      encode_limit(stats.memory_limit),
      static_cast<double>(stats.memory_peak),
      static_cast<double>(stats.pids),
      encode_limit(stats.pids_limit),
      static_cast<double>(stats.block_read),
      static_cast<double>(stats.block_written),
      static_cast<double>(stats.network_received),
      static_cast<double>(stats.network_sent),
      static_cast<double>(stats.oom_kills),
      static_cast<double>(stats.memory_cache),
      encode_limit(stats.memory_swap),
      static_cast<double>(stats.cpu_periods),
      static_cast<double>(stats.cpu_throttled_periods),
      encode_limit(stats.cpu_pressure_ns),
      encode_limit(stats.memory_pressure_ns),
      encode_limit(stats.memory_full_pressure_ns),
      encode_limit(stats.io_pressure_ns),
      encode_limit(stats.io_full_pressure_ns),
  };
  rows.insert(rows.end(), std::begin(row), std::end(row));
}

// Files are opened at the first sample, so that adding a group costs the JavaScript thread nothing.
Stats read_one(const StatsLayout& layout, Watched& one) {
  if (!one.files && !one.gone) {
    sys::Result<StatsFiles> opened = StatsFiles::open(layout, one.path, one.pid);
    if (opened.ok())
      one.files = std::move(opened).value();
    else
      one.gone = true;
  }
  std::optional<Stats> stats = one.files ? one.files->read() : std::nullopt;
  one.gone = !stats;
  if (one.gone) one.files.reset();
  return stats.value_or(Stats{});
}

sys::Result<Rows> read_all(std::optional<StatsLayout>& layout, const std::vector<std::shared_ptr<Watched>>& all) {
  if (!layout) layout = KEELSON_TRY(cgroup::stats_layout());
  Rows rows;
  for (const std::shared_ptr<Watched>& one : all) {
    const Stats stats = read_one(*layout, *one);
    append_row(rows, *one, stats);
  }
  return rows;
}

class StatsReader final : public Napi::ObjectWrap<StatsReader> {
 public:
  explicit StatsReader(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StatsReader>(info) {}

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "StatsReader",
                       {InstanceMethod("add", &StatsReader::add), InstanceMethod("remove", &StatsReader::remove),
                        InstanceMethod("sample", &StatsReader::sample)});
  }

 private:
  Napi::Value add(const Napi::CallbackInfo& info) {
    const uint32_t handle = next_++;
    watched_[handle] = std::make_shared<Watched>(
        Watched{handle, info[0].As<Napi::String>(), info[1].As<Napi::Number>().Int32Value(), std::nullopt});
    return Napi::Number::New(info.Env(), handle);
  }

  void remove(const Napi::CallbackInfo& info) { watched_.erase(info[0].As<Napi::Number>().Uint32Value()); }

  Napi::Value sample(const Napi::CallbackInfo& info) {
    std::vector<std::shared_ptr<Watched>> all;
    for (const auto& [handle, one] : watched_) all.push_back(one);
    return Worker<Rows>::start(
        info.Env(), [layout = layout_, all = std::move(all)] { return read_all(*layout, all); },
        [](Napi::Env env, const Rows& rows) -> sys::Result<Napi::Value> {
          Napi::Float64Array array = Napi::Float64Array::New(env, rows.size());
          std::copy(rows.begin(), rows.end(), array.Data());
          return Napi::Value(array);
        });
  }

  uint32_t next_ = 1;
  std::map<uint32_t, std::shared_ptr<Watched>> watched_;
  Layout layout_ = std::make_shared<std::optional<StatsLayout>>();
};

}  // namespace

void export_stats(Napi::Env env, Napi::Object exports) { exports.Set("StatsReader", StatsReader::define(env)); }

}  // namespace keelson::addon
