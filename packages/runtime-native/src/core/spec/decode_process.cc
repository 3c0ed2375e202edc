#include <sys/resource.h>

#include <algorithm>
#include <iterator>

#include "spec/decode.h"

namespace keelson::spec {
namespace {

// execve(2) itself allows more; this bounds what one request can make us copy (the kernel's own bound is a quarter of the stack limit).
constexpr size_t kMaxArguments = 65'536;

// capabilities(7), in the order of their numbers.
constexpr std::string_view kCapabilities[] = {
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
    "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
    "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
    "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"};

struct ResourceName {
  std::string_view name;
  int resource;
};

// getrlimit(2).
constexpr ResourceName kRlimits[] = {
    {"RLIMIT_AS", RLIMIT_AS},           {"RLIMIT_CORE", RLIMIT_CORE},       {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_DATA", RLIMIT_DATA},       {"RLIMIT_FSIZE", RLIMIT_FSIZE},     {"RLIMIT_LOCKS", RLIMIT_LOCKS},
    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK}, {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE}, {"RLIMIT_NICE", RLIMIT_NICE},
    {"RLIMIT_NOFILE", RLIMIT_NOFILE},   {"RLIMIT_NPROC", RLIMIT_NPROC},     {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},   {"RLIMIT_RTTIME", RLIMIT_RTTIME},   {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK", RLIMIT_STACK}};

uint64_t decode_capability_set(const JsonValue& set) {
  uint64_t bits = 0;
  set.each([&bits](const JsonValue& element) {
    const std::string name = element.string();
    const auto* found = std::find(std::begin(kCapabilities), std::end(kCapabilities), name);
    if (found == std::end(kCapabilities)) return element.complain("is \"" + name + "\", which is no capability");
    bits |= uint64_t{1} << (found - std::begin(kCapabilities));
  });
  return bits;
}

Capabilities decode_capabilities(const JsonValue& sets) {
  return {.bounding = decode_capability_set(sets["bounding"]),
          .effective = decode_capability_set(sets["effective"]),
          .permitted = decode_capability_set(sets["permitted"]),
          .inheritable = decode_capability_set(sets["inheritable"]),
          .ambient = decode_capability_set(sets["ambient"])};
}

User decode_user(const JsonValue& user) {
  User decoded;
  decoded.uid = user["uid"].u32();
  decoded.gid = user["gid"].u32();
  user["additionalGids"].each([&](const JsonValue& gid) { decoded.additional_gids.push_back(gid.u32()); });
  if (const auto umask = user["umask"].optional_integer(0, 0777)) decoded.umask = static_cast<uint32_t>(*umask);
  return decoded;
}

}  // namespace

std::span<const std::string_view> capability_names() { return kCapabilities; }

Rlimit decode_rlimit(const JsonValue& limit) {
  Rlimit decoded;
  decoded.name = limit["type"].required_string();
  decoded.soft = limit["soft"].unsigned_or_unlimited();
  decoded.hard = limit["hard"].unsigned_or_unlimited();
  const auto* found = std::find_if(std::begin(kRlimits), std::end(kRlimits), [&](const ResourceName& one) { return one.name == decoded.name; });
  if (found == std::end(kRlimits))
    limit.complain("has the type \"" + decoded.name + "\", which is no limit of getrlimit(2)");
  else
    decoded.resource = found->resource;
  if (decoded.soft > decoded.hard) limit.complain("has a soft limit above its hard limit");
  return decoded;
}

Process decode_process(const JsonValue& process) {
  Process decoded;
  decoded.terminal = process["terminal"].boolean();
  decoded.console_rows = process["consoleSize"]["height"].u16();
  decoded.console_cols = process["consoleSize"]["width"].u16();
  decoded.user = decode_user(process["user"]);
  decoded.args = process["args"].strings();
  decoded.env = process["env"].strings();
  decoded.cwd = process["cwd"].string("/");
  decoded.capabilities = decode_capabilities(process["capabilities"]);
  process["rlimits"].each([&](const JsonValue& limit) { decoded.rlimits.push_back(decode_rlimit(limit)); });
  decoded.no_new_privileges = process["noNewPrivileges"].boolean();
  if (const auto score = process["oomScoreAdj"].optional_integer(-1000, 1000)) decoded.oom_score_adj = static_cast<int>(*score);

  if (decoded.args.empty() || decoded.args.front().empty()) process["args"].complain("names no program");
  if (decoded.args.size() + decoded.env.size() > kMaxArguments) process["args"].complain("and env have too many entries");
  if (!decoded.cwd.starts_with('/')) process["cwd"].complain("must be an absolute path");
  decoded.apparmor_profile = process["apparmorProfile"].string();
  process.refuse({"selinuxLabel", "scheduler", "ioPriority", "commandLine", "execCPUAffinity"});
  return decoded;
}

}  // namespace keelson::spec
