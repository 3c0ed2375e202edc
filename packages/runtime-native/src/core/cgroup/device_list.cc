// Documentation/admin-guide/cgroup-v1/devices.rst of Linux.
#include <errno.h>

#include <map>
#include <set>

#include "cgroup/devices.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "sys/fs.h"

namespace keelson::cgroup {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// Devices ("c 1:3") and what is granted of them. The kernel's word for everything is an entry "a *:*".
using Grants = std::map<std::string, unsigned>;
const std::string kEverything = "a *:*";

std::string number(const std::optional<int64_t>& value) { return value && *value >= 0 ? std::to_string(*value) : "*"; }

// In the order in which the kernel writes them.
std::string letters(unsigned bits) {
  std::string text;
  if (bits & BPF_DEVCG_ACC_READ) text += 'r';
  if (bits & BPF_DEVCG_ACC_WRITE) text += 'w';
  if (bits & BPF_DEVCG_ACC_MKNOD) text += 'm';
  return text;
}

// The kernel takes an entry out only as a whole, so a rule that takes away from a wider one cannot be had.
Result<void> take_away(Grants& grants, const spec::DeviceRule& rule, const std::string& device, unsigned access) {
  if (device == kEverything && letters(access) == "rwm") {
    grants.clear();
    return {};
  }
  const auto entry = grants.find(device);
  if (entry == grants.end()) {
    return Error{Stage::cgroup_limit, ENOTSUP, "cgroup v1 cannot deny a part (" + device + " " + rule.access + ") of what other rules allow"};
  }
  entry->second &= ~access;
  if (entry->second == 0) grants.erase(entry);
  return {};
}

Result<Grants> grants_of(const std::vector<spec::DeviceRule>& rules) {
  Grants grants;
  for (const spec::DeviceRule& rule : rules) {
    const unsigned access = KEELSON_TRY(access_bits(rule.access));
    const std::string numbers = " " + number(rule.major) + ":" + number(rule.minor);
    // The kernel knows "all types" only together with all numbers and every access.
    const bool both = rule.type == 'a' && (numbers != " *:*" || letters(access) != "rwm");
    for (const char type : both ? std::string("bc") : std::string(1, rule.type)) {
      const std::string device = type + numbers;
      if (rule.allow) grants[device] |= access;
      else KEELSON_TRY(take_away(grants, rule, device, access));
    }
  }
  if (grants.contains(kEverything)) return Grants{{kEverything, KEELSON_TRY(access_bits("rwm"))}};
  return grants;
}

Result<std::set<std::string>> present_lines(const std::string& group) {
  std::set<std::string> lines;
  for (const std::string& line : split_words(KEELSON_TRY(read_value(group + "/devices.list")), "\n")) lines.insert(line);
  return lines;
}

}  // namespace

Result<void> apply_device_list(const std::string& group, const std::vector<spec::DeviceRule>& rules) {
  std::set<std::string> asked;
  for (const auto& [device, access] : KEELSON_TRY(grants_of(rules))) asked.insert(device + " " + letters(access));
  std::set<std::string> present = KEELSON_TRY(present_lines(group));
  if (present == asked) return {};
  // A new group has everything; "a" stands for that.
  if (asked.contains(kEverything + " rwm")) return sys::write_value(Stage::cgroup_limit, group + "/devices.allow", "a");
  if (present.contains(kEverything + " rwm")) {
    KEELSON_TRY(sys::write_value(Stage::cgroup_limit, group + "/devices.deny", "a"));
    present.clear();
  }
  // What is taken back first: an entry that loses a part is taken out and put in again with the rest.
  for (const std::string& line : present) {
    if (!asked.contains(line)) KEELSON_TRY(sys::write_value(Stage::cgroup_limit, group + "/devices.deny", line));
  }
  for (const std::string& line : asked) {
    if (!present.contains(line)) KEELSON_TRY(sys::write_value(Stage::cgroup_limit, group + "/devices.allow", line));
  }
  if (KEELSON_TRY(present_lines(group)) == asked) return {};
  return Error{Stage::cgroup_limit, 0, group + "/devices.list does not hold the devices that were asked for"};
}

}  // namespace keelson::cgroup
