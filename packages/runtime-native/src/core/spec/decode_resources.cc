#include "spec/decode.h"

namespace keelson::spec {
namespace {

DeviceRule decode_device_rule(const JsonValue& rule) {
  return {.allow = rule["allow"].boolean(),
          .type = decode_device_type(rule["type"], "abcu"),
          .major = rule["major"].optional_integer(-1),
          .minor = rule["minor"].optional_integer(-1),
          .access = rule["access"].string("rwm")};
}

// The size becomes part of a file name.
HugePageLimit decode_huge_page_limit(const JsonValue& value) {
  HugePageLimit decoded{value["pageSize"].required_string(), value["limit"].integer(-1, INT64_MAX)};
  const std::string& size = decoded.page_size;
  const size_t digits = size.find_first_not_of("0123456789");
  const std::string unit = digits == std::string::npos ? "" : size.substr(digits);
  if (digits == 0 || digits > 5 || (unit != "KB" && unit != "MB" && unit != "GB")) value["pageSize"].complain("must be like 2MB");
  return decoded;
}

std::vector<DeviceFigure> decode_figures(const JsonValue& list, const char* key, uint64_t most) {
  std::vector<DeviceFigure> decoded;
  list.each([&](const JsonValue& one) {
    one.refuse({"leafWeight"});
    const auto value = static_cast<uint64_t>(one[key].integer(0, static_cast<int64_t>(most)));
    decoded.push_back({one["major"].u32(), one["minor"].u32(), value});
  });
  return decoded;
}

BlockIo decode_block_io(const JsonValue& io) {
  io.refuse({"leafWeight"});
  return {.weight = io["weight"].optional_integer(-1, 1000),
          .weight_devices = decode_figures(io["weightDevice"], "weight", 1000),
          .read_bps = decode_figures(io["throttleReadBpsDevice"], "rate", INT64_MAX),
          .write_bps = decode_figures(io["throttleWriteBpsDevice"], "rate", INT64_MAX),
          .read_iops = decode_figures(io["throttleReadIOPSDevice"], "rate", UINT32_MAX),
          .write_iops = decode_figures(io["throttleWriteIOPSDevice"], "rate", UINT32_MAX)};
}

}  // namespace

char decode_device_type(const JsonValue& value, std::string_view allowed) {
  const std::string type = value.string("a");
  if (type.size() == 1 && allowed.find(type.front()) != std::string_view::npos) return type == "u" ? 'c' : type.front();
  value.complain("is \"" + type + "\", which is no type of device");
  return 'c';
}

Resources decode_resources(const JsonValue& resources) {
  Resources decoded;
  const JsonValue memory = resources["memory"];
  decoded.memory_limit = memory["limit"].optional_integer(-1);
  decoded.memory_swap = memory["swap"].optional_integer(-1);
  decoded.memory_reservation = memory["reservation"].optional_integer(-1);
  decoded.memory_swappiness = memory["swappiness"].optional_integer(0, 100);
  memory.refuse({"kernel", "kernelTCP", "disableOOMKiller", "useHierarchy"});
  const JsonValue cpu = resources["cpu"];
  decoded.cpu_shares = cpu["shares"].optional_unsigned();
  decoded.cpu_quota = cpu["quota"].optional_integer(-1);
  decoded.cpu_period = cpu["period"].optional_unsigned();
  decoded.cpuset_cpus = cpu["cpus"].string();
  decoded.cpuset_mems = cpu["mems"].string();
  cpu.refuse({"burst", "realtimeRuntime", "realtimePeriod", "idle"});
  decoded.pids_limit = resources["pids"]["limit"].optional_integer(-1);
  resources["devices"].each([&](const JsonValue& rule) { decoded.devices.push_back(decode_device_rule(rule)); });
  resources["hugepageLimits"].each([&](const JsonValue& one) { decoded.huge_pages.push_back(decode_huge_page_limit(one)); });
  decoded.io = decode_block_io(resources["blockIO"]);
  resources["unified"].each_member([&](const std::string& file, const JsonValue& value) {
    if (file.empty() || file.find('/') != std::string::npos || file.find('.') == std::string::npos || file.starts_with("cgroup."))
      value.complain("is no file of a controller");
    decoded.unified.emplace_back(file, value.string());
  });
  resources.refuse({"network", "rdma"});
  return decoded;
}

LiveChange decode_live_change(const JsonValue& change) {
  LiveChange decoded;
  decoded.resources = decode_resources(change["resources"]);
  change["rlimits"].each([&](const JsonValue& limit) { decoded.rlimits.push_back(decode_rlimit(limit)); });
  if (const auto score = change["oomScoreAdj"].optional_integer(-1000, 1000)) decoded.oom_score_adj = static_cast<int>(*score);
  decoded.shm_size = change["shmSizeBytes"].optional_integer(1, INT64_MAX);
  return decoded;
}

}  // namespace keelson::spec
