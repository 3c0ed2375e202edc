#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "ns/flags.h"
#include "spec/decode.h"
#include "sys/fs.h"

namespace keelson::runtime {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

struct DefaultDevice {
  const char* path;
  int64_t major;
  int64_t minor;
};

// OCI runtime spec, config-linux.md "Default Devices"; /dev/ptmx is a link and /dev/console the terminal.
constexpr DefaultDevice kDevices[] = {{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
                                      {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};

void add_devices(spec::ContainerSpec& spec) {
  for (const DefaultDevice& one : kDevices) {
    const auto same = [&one](const spec::Device& device) { return device.path == one.path; };
    if (std::none_of(spec.devices.begin(), spec.devices.end(), same)) spec.devices.push_back({.path = one.path, .major = one.major, .minor = one.minor});
  }
}

// What a spec that denies everything still means a container to have: its default devices, its terminals, and nodes without access to what is behind.
void add_device_rules(spec::ContainerSpec& spec) {
  constexpr const char* kAll = "rwm";
  std::vector<spec::DeviceRule>& rules = spec.resources.devices;
  for (const char type : {'c', 'b'}) rules.push_back({true, type, {}, {}, "m"});
  for (const DefaultDevice& one : kDevices) rules.push_back({true, 'c', one.major, one.minor, kAll});
  rules.push_back({true, 'c', 5, 2, kAll});
  rules.push_back({true, 'c', 136, {}, kAll});
}

uint64_t own_capabilities() {
  __user_cap_header_struct self{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &self, data) != 0) return ~uint64_t{0};
  return data[0].permitted | uint64_t{data[1].permitted} << 32;
}

std::string names_of(uint64_t capabilities) {
  std::string names;
  const auto all = spec::capability_names();
  for (size_t bit = 0; bit < all.size(); ++bit)
    if ((capabilities >> bit & 1) != 0) names += (names.empty() ? "" : ", ") + std::string(all[bit]);
  return names;
}

void leave_out_capabilities(spec::Process& process, const Log& log) {
  spec::Capabilities& sets = process.capabilities;
  const uint64_t held = own_capabilities();
  const uint64_t asked = sets.bounding | sets.effective | sets.permitted | sets.inheritable | sets.ambient;
  if ((asked & ~held) != 0) log.warn("capabilities that are not available here are left out: " + names_of(asked & ~held));
  for (uint64_t* set : {&sets.bounding, &sets.effective, &sets.permitted, &sets.inheritable, &sets.ambient}) *set &= held;
  // A capability can be ambient only where it is permitted and inheritable (capabilities(7)).
  const uint64_t may_be_ambient = sets.permitted & sets.inheritable;
  if ((sets.ambient & ~may_be_ambient) != 0) log.debug("ambient capabilities that are not inheritable are left out");
  sets.ambient &= may_be_ambient;
}

// The recipe lowers them to what there is; here it is only said.
void warn_of_limits(const spec::Process& process, const Log& log) {
  if ((own_capabilities() >> CAP_SYS_RESOURCE & 1) != 0) return;
  for (const spec::Rlimit& limit : process.rlimits) {
    rlimit now{};
    if (::prlimit(0, static_cast<__rlimit_resource>(limit.resource), nullptr, &now) != 0 || limit.hard <= now.rlim_max) continue;
    log.warn(limit.name + " is lowered from " + std::to_string(limit.hard) + " to " + std::to_string(now.rlim_max) +
             ": without CAP_SYS_RESOURCE no limit is raised");
  }
}

Result<void> check_systemd(const spec::ContainerSpec& spec) {
  if (std::count(spec.cgroups_path.begin(), spec.cgroups_path.end(), ':') != 2)
    return Error{Stage::cgroup_create, EINVAL,
                 "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"" + spec.cgroups_path + "\" instead"};
  if (::access("/run/systemd/system", F_OK) != 0)
    return Error{Stage::cgroup_create, ENOSYS, "systemd not running on this host, cannot use systemd cgroups manager"};
  return Error{Stage::cgroup_create, ENOSYS,
               "groups made by systemd are not supported; use the caller's cgroupfs manager (podman: --cgroup-manager cgroupfs)"};
}

Result<void> settle_cgroup(spec::ContainerSpec& spec, const std::string& id, bool systemd) {
  if (systemd) KEELSON_TRY(check_systemd(spec));
  std::string& path = spec.cgroups_path;
  if (path.empty()) path = id;
  if (!path.starts_with('/')) path = "/keelson-runtime/" + path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  for (size_t twice = path.find("//"); twice != std::string::npos; twice = path.find("//")) path.erase(twice, 1);
  return {};
}

bool is_bind(const spec::Mount& mount) {
  const auto binds = [](const std::string& option) { return option == "bind" || option == "rbind"; };
  return mount.type == "bind" || std::any_of(mount.options.begin(), mount.options.end(), binds);
}

Result<std::string> absolute(const std::string& path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) == nullptr) return os_error(Stage::mount_rootfs, "invalid rootfs " + path);
  return std::string(resolved);
}

Result<std::string> read_config() {
  Result<std::string> text = sys::read_file(Stage::spec_read, "config.json", spec::JsonDocument::kMaxBytes);
  if (!text.ok() && text.error().err == ENOENT) return Error{Stage::spec_read, ENOENT, "JSON specification file config.json not found"};
  return text;
}

Result<std::string> version_of(const std::string& text) {
  const spec::JsonDocument document = KEELSON_TRY(spec::JsonDocument::parse(text, "config.json"));
  return document.root()["ociVersion"].string();
}

}  // namespace

void leave_out_what_is_not_ours(const spec::ContainerSpec& spec, spec::Process& process, const Log& log) {
  // In a new user namespace a process has every capability.
  if ((ns::all_flags(spec) & CLONE_NEWUSER) == 0) leave_out_capabilities(process, log);
  warn_of_limits(process, log);
}

Result<Bundle> load_bundle(const std::string& directory, const std::string& id, bool systemd_cgroup, const Log& log) {
  if (!directory.empty() && ::chdir(directory.c_str()) != 0) return Error{Stage::spec_read, errno, os_error(Stage::spec_read, "chdir " + directory).detail};
  Bundle bundle;
  bundle.directory = KEELSON_TRY(absolute("."));
  bundle.text = KEELSON_TRY(read_config());
  bundle.oci_version = KEELSON_TRY(version_of(bundle.text));
  spec::ContainerSpec spec = KEELSON_TRY(spec::decode_config(bundle.text, spec::Author::other));
  spec.root_path = KEELSON_TRY(absolute(spec.root_path));
  for (spec::Mount& mount : spec.mounts)
    if (is_bind(mount) && !mount.source.starts_with('/')) mount.source = bundle.directory + "/" + mount.source;
  add_devices(spec);
  add_device_rules(spec);
  KEELSON_TRY(settle_cgroup(spec, id, systemd_cgroup));
  leave_out_what_is_not_ours(spec, spec.process, log);
  bundle.spec = std::move(spec);
  return bundle;
}

}  // namespace keelson::runtime
