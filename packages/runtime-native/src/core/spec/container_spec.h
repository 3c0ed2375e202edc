// The OCI runtime spec as plain structs, decoded once from config.json (spec/decode.h). Only what Keelson executes is here;
// a field of the spec that is not here is refused by the decoder when it would change what runs.
// Source: opencontainers/runtime-spec 1.2, config.md and config-linux.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keelson::spec {

struct IdMapping {
  uint32_t container_id = 0;
  uint32_t host_id = 0;
  uint32_t size = 0;
};

struct User {
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::vector<uint32_t> additional_gids;
  std::optional<uint32_t> umask;
};

struct Rlimit {
  int resource = 0;  // RLIMIT_*
  std::string name;  // "RLIMIT_NOFILE", for sentences
  uint64_t soft = 0;
  uint64_t hard = 0;
};

// Bit n is capability n of capabilities(7).
struct Capabilities {
  uint64_t bounding = 0;
  uint64_t effective = 0;
  uint64_t permitted = 0;
  uint64_t inheritable = 0;
  uint64_t ambient = 0;
};

struct Process {
  bool terminal = false;
  uint16_t console_rows = 0;
  uint16_t console_cols = 0;
  User user;
  std::vector<std::string> args;
  std::vector<std::string> env;
  std::string cwd = "/";
  Capabilities capabilities;
  std::vector<Rlimit> rlimits;
  bool no_new_privileges = false;
  std::optional<int> oom_score_adj;
  // The program starts with every signal blocked and takes them up itself. A first process loses those that come before it has handlers; ours
  // for `init` waits for them instead (launch.json).
  bool hold_signals = false;
  std::string apparmor_profile;  // empty: none
};

struct Mount {
  std::string destination;
  std::string type;  // empty or "bind" for a bind mount
  std::string source;
  std::vector<std::string> options;
};

struct Device {
  std::string path;
  char type = 'c';
  int64_t major = 0;
  int64_t minor = 0;
  uint32_t mode = 0666;
  uint32_t uid = 0;
  uint32_t gid = 0;
};

struct DeviceRule {
  bool allow = false;
  char type = 'a';               // a, b, c
  std::optional<int64_t> major;  // absent: any
  std::optional<int64_t> minor;
  std::string access = "rwm";
};

struct HugePageLimit {
  std::string page_size;  // "2MB"
  int64_t limit = 0;      // bytes; zero is a value here, -1 is none
};

// One figure for one block device; zero takes it back.
struct DeviceFigure {
  uint32_t major = 0;
  uint32_t minor = 0;
  uint64_t value = 0;
};

struct BlockIo {
  std::optional<int64_t> weight;  // 10 to 1000, -1: the kernel's default again
  std::vector<DeviceFigure> weight_devices;
  std::vector<DeviceFigure> read_bps;  // bytes a second
  std::vector<DeviceFigure> write_bps;
  std::vector<DeviceFigure> read_iops;  // operations a second
  std::vector<DeviceFigure> write_iops;

  bool throttles() const { return !read_bps.empty() || !write_bps.empty() || !read_iops.empty() || !write_iops.empty(); }
  bool weighs() const { return weight || !weight_devices.empty(); }
};

// Absent: no own limit. Units as in the spec: bytes, microseconds, counts; -1 is unlimited.
struct Resources {
  std::optional<int64_t> memory_limit;
  std::optional<int64_t> memory_swap;  // memory plus swap
  std::optional<int64_t> memory_reservation;
  std::optional<int64_t> memory_swappiness;  // 0 to 100; zero is a value here
  std::optional<uint64_t> cpu_shares;
  std::optional<int64_t> cpu_quota;
  std::optional<uint64_t> cpu_period;
  std::string cpuset_cpus;
  std::string cpuset_mems;
  std::optional<int64_t> pids_limit;
  std::vector<HugePageLimit> huge_pages;
  // Files of the group on cgroup v2 by their names ("memory.oom.group"), with what is written to them.
  std::vector<std::pair<std::string, std::string>> unified;
  BlockIo io;
  std::vector<DeviceRule> devices;
};

// What changes of a container while it runs; a field that is absent stays as it is.
struct LiveChange {
  Resources resources;
  std::vector<Rlimit> rlimits;
  std::optional<int> oom_score_adj;
  std::optional<int64_t> shm_size;  // bytes
};

enum class NamespaceType { pid, network, mount, ipc, uts, user, cgroup, time };

// What is added to a clock in a time namespace of the container's own.
struct TimeOffset {
  std::string clock;  // monotonic, boottime
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
};

struct Namespace {
  NamespaceType type = NamespaceType::pid;
  std::string path;  // empty: a new one
};

enum class SeccompAction { allow, errno_code, kill_process, kill_thread, trap, log };
enum class SeccompOperator { eq, ne, lt, le, gt, ge, masked_eq };

struct SeccompArg {
  uint32_t index = 0;
  uint64_t value = 0;
  uint64_t value_two = 0;  // masked_eq: (arg & value) == value_two
  SeccompOperator op = SeccompOperator::eq;
};

// All args of one rule must hold; several rules on one call are alternatives (SECURITY.md §2a, the libseccomp trap).
struct SeccompRule {
  std::vector<std::string> names;
  SeccompAction action = SeccompAction::allow;
  uint32_t errno_value = 1;  // EPERM
  std::vector<SeccompArg> args;
};

struct Seccomp {
  SeccompAction default_action = SeccompAction::errno_code;
  uint32_t default_errno = 1;
  std::vector<SeccompRule> rules;
};

// A program of the host that the author of the spec wants run at a moment of the container's life.
struct Hook {
  std::string path;
  std::vector<std::string> args;
  std::vector<std::string> env;
  uint32_t timeout = 0;  // seconds; 0: as long as any hook may take
};

struct Hooks {
  std::vector<Hook> prestart;
  std::vector<Hook> create_runtime;
  std::vector<Hook> create_container;
  std::vector<Hook> start_container;
  std::vector<Hook> poststart;
  std::vector<Hook> poststop;

  // Of those that come between a container's creation and its program.
  bool any() const { return !prestart.empty() || !create_runtime.empty() || !create_container.empty() || !start_container.empty(); }
};

struct ContainerSpec {
  Process process;
  std::string root_path;
  bool root_readonly = false;
  std::string hostname;
  std::string domainname;
  std::vector<Mount> mounts;
  std::vector<Namespace> namespaces;
  std::vector<TimeOffset> time_offsets;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  std::vector<Device> devices;
  std::vector<std::pair<std::string, std::string>> sysctl;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::string cgroups_path;
  Resources resources;
  std::optional<Seccomp> seccomp;
  bool shared_root = false;  // rootfsPropagation shared: what is mounted inside reaches namespaces that are made of this one
  Hooks hooks;
  std::vector<std::pair<std::string, std::string>> annotations;
};

}  // namespace keelson::spec
