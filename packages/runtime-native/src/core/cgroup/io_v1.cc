// Documentation/admin-guide/cgroup-v1/blkio-controller.rst and Documentation/block/bfq-iosched.rst of Linux.
#include <errno.h>

#include "cgroup/limits.h"
#include "cgroup/versions.h"
#include "sys/fs.h"

namespace keelson::cgroup::v1 {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// A rate of zero takes the line away.
Result<void> set_rate(const std::string& file, const spec::DeviceFigure& rate) {
  const std::string value = std::to_string(rate.value);
  Result<void> written = sys::write_value(Stage::cgroup_limit, file, device_number(rate) + " " + value);
  if (!written.ok()) return written;
  const std::string found = KEELSON_TRY(read_device_line(file, rate));
  if (found != (rate.value == 0 ? "" : value)) return differs(file, value, found);
  return {};
}

// Of bfq (BFQ_WEIGHT_LEGACY_DFL).
constexpr int64_t default_weight = 100;

Result<void> set_rates(const std::string& file, const std::vector<spec::DeviceFigure>& rates) {
  for (const spec::DeviceFigure& rate : rates) KEELSON_TRY(set_rate(file, rate));
  return {};
}

// blkio.weight went with the scheduler CFQ in Linux 5.0; bfq has files of its own, and only where it is built in.
Result<std::string> weight_file(const std::string& group) {
  for (const char* name : {"/blkio.weight", "/blkio.bfq.weight"}) {
    if (exists(group + name)) return group + name;
  }
  return Error{Stage::cgroup_limit, ENOTSUP, "the kernel of this host has no weights of block I/O (scheduler bfq)"};
}

Result<void> set_device_weight(const std::string& file, const spec::DeviceFigure& weight) {
  const std::string value = weight.value == 0 ? "default" : std::to_string(weight.value);
  const std::string device = device_number(weight);
  const Result<void> written = sys::write_value(Stage::cgroup_limit, file, device + " " + value);
  if (!written.ok() && written.error().err == EOPNOTSUPP) {
    return Error{Stage::cgroup_limit, ENOTSUP, "the block device " + device + " does not use the scheduler bfq, without which it knows no weights"};
  }
  if (!written.ok()) return written;
  const std::string found = KEELSON_TRY(read_device_line(file, weight));
  if (found != (weight.value == 0 ? "" : value)) return differs(file, value, found);
  return {};
}

}  // namespace

Result<void> apply_io(const std::string& group, const spec::BlockIo& io) {
  KEELSON_TRY(set_rates(group + "/blkio.throttle.read_bps_device", io.read_bps));
  KEELSON_TRY(set_rates(group + "/blkio.throttle.write_bps_device", io.write_bps));
  KEELSON_TRY(set_rates(group + "/blkio.throttle.read_iops_device", io.read_iops));
  KEELSON_TRY(set_rates(group + "/blkio.throttle.write_iops_device", io.write_iops));
  if (!io.weighs()) return {};
  const std::string file = KEELSON_TRY(weight_file(group));
  if (auto weight = wanted(io.weight)) {
    const std::string value = std::to_string(*weight == -1 ? default_weight : *weight);
    KEELSON_TRY(set_value(file, value, value));
  }
  for (const spec::DeviceFigure& one : io.weight_devices) KEELSON_TRY(set_device_weight(file + "_device", one));
  return {};
}

}  // namespace keelson::cgroup::v1
