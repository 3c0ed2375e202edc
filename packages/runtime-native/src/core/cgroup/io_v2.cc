// Documentation/admin-guide/cgroup-v2.rst ("IO") and Documentation/block/bfq-iosched.rst of Linux.
#include <errno.h>

#include <algorithm>

#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "cgroup/versions.h"
#include "sys/fs.h"

namespace keelson::cgroup::v2 {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// 10…1000 of the spec onto 1…10000 of io.weight, as the other runtimes convert them; bfq counts 1…1000 itself.
int64_t io_weight_of(int64_t weight) { return 1 + (std::max<int64_t>(weight, 10) - 10) * 9999 / 990; }

// "rbps=1048576" among the words of the device's line; a limit that was lifted reads as max or has no line at all.
Result<void> set_rate(const std::string& file, const spec::DeviceFigure& rate, const std::string& key) {
  const std::string word = key + "=" + (rate.value == 0 ? "max" : std::to_string(rate.value));
  KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file, device_number(rate) + " " + word));
  const std::vector<std::string> words = split_words(KEELSON_TRY(read_device_line(file, rate)), " ");
  if (std::find(words.begin(), words.end(), word) != words.end() || (words.empty() && rate.value == 0)) return {};
  return Error{Stage::cgroup_limit, 0, file + " does not hold \"" + word + "\" for the device " + device_number(rate)};
}

Result<void> set_rates(const std::string& group, const std::vector<spec::DeviceFigure>& rates, const std::string& key) {
  for (const spec::DeviceFigure& rate : rates) KEELSON_TRY(set_rate(group + "/io.max", rate, key));
  return {};
}

struct WeightFile {
  std::string path;
  bool bfq = false;

  std::string value_of(uint64_t weight) const {
    return std::to_string(bfq ? static_cast<int64_t>(weight) : io_weight_of(static_cast<int64_t>(weight)));
  }
};

Result<WeightFile> weight_file(const std::string& group) {
  if (exists(group + "/io.bfq.weight")) return WeightFile{group + "/io.bfq.weight", true};
  if (exists(group + "/io.weight")) return WeightFile{group + "/io.weight", false};
  return Error{Stage::cgroup_limit, ENOTSUP, "the kernel of this host has no weights of block I/O (scheduler bfq, or iocost)"};
}

Result<void> set_default_weight(const WeightFile& file, int64_t weight) {
  // -1: what the kernel gives without being asked, on either scale.
  const std::string value = weight == -1 ? "100" : file.value_of(static_cast<uint64_t>(weight));
  KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file.path, value));
  const std::string text = KEELSON_TRY(read_value(file.path));
  // "default 100", then lines of devices.
  if (text.substr(0, text.find('\n')) == "default " + value || text == value) return {};
  return Error{Stage::cgroup_limit, 0, file.path + " reads \"" + text + "\" where \"" + value + "\" was asked for"};
}

Result<void> set_device_weight(const WeightFile& file, const spec::DeviceFigure& weight) {
  const std::string device = device_number(weight);
  const std::string value = weight.value == 0 ? "default" : file.value_of(weight.value);
  const Result<void> written = sys::write_value(Stage::cgroup_limit, file.path, device + " " + value);
  if (!written.ok() && written.error().err == EOPNOTSUPP) {
    return Error{Stage::cgroup_limit, ENOTSUP, "the block device " + device + " does not use the scheduler bfq, without which it knows no weights"};
  }
  if (!written.ok()) return written;
  const std::string found = KEELSON_TRY(read_device_line(file.path, weight));
  if (found == (weight.value == 0 ? "" : value)) return {};
  return Error{Stage::cgroup_limit, 0, file.path + " does not hold \"" + value + "\" for the device " + device};
}

}  // namespace

Result<void> apply_io(const std::string& group, const spec::BlockIo& io) {
  KEELSON_TRY(set_rates(group, io.read_bps, "rbps"));
  KEELSON_TRY(set_rates(group, io.write_bps, "wbps"));
  KEELSON_TRY(set_rates(group, io.read_iops, "riops"));
  KEELSON_TRY(set_rates(group, io.write_iops, "wiops"));
  if (!io.weighs()) return {};
  const WeightFile file = KEELSON_TRY(weight_file(group));
  if (auto weight = wanted(io.weight)) KEELSON_TRY(set_default_weight(file, *weight));
  if (!file.bfq && !io.weight_devices.empty()) {
    return Error{Stage::cgroup_limit, ENOTSUP, "the kernel of this host has no weights of single disks (scheduler bfq with groups)"};
  }
  for (const spec::DeviceFigure& one : io.weight_devices) KEELSON_TRY(set_device_weight(file, one));
  return {};
}

}  // namespace keelson::cgroup::v2
