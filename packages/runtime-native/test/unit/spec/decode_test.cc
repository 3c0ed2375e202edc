#include "spec/decode.h"

#include "../check.h"

using namespace keelson;

namespace {

// The smallest config.json that is complete; `extra` goes to its top level, `process` and `linux` into these objects.
std::string config(const std::string& extra = "", const std::string& process = "", const std::string& linux = "") {
  return R"({"ociVersion":"1.2.0","process":{"user":{"uid":1,"gid":2,"additionalGids":[3]},"args":["sh","-c","true"],"cwd":"/",)"
         R"("env":["A=1"])" + process + R"(},"root":{"path":"/r"},"hostname":"web","mounts":[{"destination":"/proc","type":"proc"}],)"
         R"("linux":{"cgroupsPath":"/k/1","namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"user"},)"
         R"({"type":"cgroup"}],"uidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}],)"
         R"("gidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}])" + linux + "}" + extra + "}";
}

bool refused(const std::string& text, const std::string& part) {
  const auto spec = spec::decode_config(text);
  if (spec.ok()) return false;
  if (spec.error().detail.find(part) != std::string::npos) return true;
  std::printf("    said: %s\n", spec.error().detail.c_str());
  return false;
}

void replace(std::string& text, const std::string& part, const std::string& by) { text.replace(text.find(part), part.size(), by); }

}  // namespace

TEST("a complete spec is decoded") {
  const auto decoded = spec::decode_config(config("", R"(,"capabilities":{"bounding":["CAP_CHOWN","CAP_CHECKPOINT_RESTORE"]},
    "rlimits":[{"type":"RLIMIT_NOFILE","soft":10,"hard":20}],"terminal":true,"noNewPrivileges":true)",
    R"(,"resources":{"memory":{"limit":67108864,"swap":-1},"cpu":{"quota":50000,"period":100000},"pids":{"limit":10}})"));
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  const spec::ContainerSpec& spec = decoded.value();
  CHECK(spec.process.args.size() == 3 && spec.process.args[2] == "true");
  CHECK(spec.process.user.uid == 1 && spec.process.user.gid == 2 && spec.process.user.additional_gids[0] == 3);
  CHECK(spec.process.capabilities.bounding == (uint64_t{1} | uint64_t{1} << 40));
  CHECK(spec.process.rlimits[0].soft == 10 && spec.process.rlimits[0].hard == 20);
  CHECK(spec.process.terminal && spec.process.no_new_privileges);
  CHECK(spec.resources.memory_limit == 67108864 && spec.resources.memory_swap == -1);
  CHECK(spec.resources.cpu_quota == 50000 && spec.resources.pids_limit == 10);
  CHECK(spec.uid_mappings[0].host_id == 1879048192 && spec.cgroups_path == "/k/1" && spec.hostname == "web");
  CHECK(!spec.seccomp);
}

TEST("a complaint names the place and what to do") {
  CHECK(refused(config("", R"(,"capabilities":{"bounding":["CAP_FLY"]})"), "process.capabilities.bounding[0] is \"CAP_FLY\""));
  CHECK(refused(config("", R"(,"rlimits":[{"type":"RLIMIT_X","soft":1,"hard":1}])"), "process.rlimits[0] has the type \"RLIMIT_X\""));
  CHECK(refused(config("", R"(,"rlimits":[{"type":"RLIMIT_CORE","soft":2,"hard":1}])"), "soft limit above"));
  CHECK(refused(config("", "", R"(,"resources":{"pids":{"limit":"many"}})"), "linux.resources.pids.limit must be an integer"));
  CHECK(refused(config(R"(,"hooks":{"prestart":[{"path":"/x"}]})"), "hooks is not supported"));
}

TEST("what would silently not happen is refused, what is empty passes") {
  CHECK(refused(config("", "", R"(,"resources":{"blockIO":{"leafWeight":10}})"), "linux.resources.blockIO.leafWeight is not supported"));
  CHECK(spec::decode_config(config(R"(,"hooks":{})", R"(,"apparmorProfile":"")")).ok());
}

TEST("limits of processes, swap and huge pages are decoded, zero and unlimited included") {
  const auto decoded = spec::decode_config(config("", R"(,"rlimits":[{"type":"RLIMIT_MEMLOCK","soft":0,"hard":-1}],"oomScoreAdj":-1000)",
    R"(,"resources":{"memory":{"swappiness":0},"hugepageLimits":[{"pageSize":"2MB","limit":0}]})"));
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  const spec::ContainerSpec& spec = decoded.value();
  CHECK(spec.process.rlimits[0].soft == 0 && spec.process.rlimits[0].hard == UINT64_MAX);
  CHECK(spec.process.oom_score_adj == -1000 && spec.resources.memory_swappiness == 0);
  CHECK(spec.resources.huge_pages[0].page_size == "2MB" && spec.resources.huge_pages[0].limit == 0);
  CHECK(refused(config("", "", R"(,"resources":{"hugepageLimits":[{"pageSize":"../x","limit":0}]})"), "pageSize must be like 2MB"));
  CHECK(refused(config("", "", R"(,"resources":{"memory":{"swappiness":101}})"), "swappiness is 101"));
}

TEST("the host's root is never mapped") {
  std::string text = config();
  text.replace(text.find("1879048192"), 10, "0");
  CHECK(refused(text, "linux.uidMappings[0].hostID must not be 0"));
}

TEST("joining a namespace and a missing one are refused") {
  std::string text = config();
  text.replace(text.find(R"({"type":"pid"})"), 14, R"({"type":"pid","path":"/proc/1/ns/pid"})");
  CHECK(refused(text, "joins /proc/1/ns/pid"));
  text = config();
  text.replace(text.find(R"({"type":"mount"},)"), 17, "");
  CHECK(refused(text, "needs an entry \"mount\""));
}

TEST("another container's user namespace may be joined, and with it the others that it owns") {
  std::string text = config();
  replace(text, R"({"type":"user"})", R"({"type":"user","path":"/proc/7/ns/user"})");
  CHECK(refused(text, "join that as well"));
  replace(text, R"({"type":"pid"})", R"({"type":"pid","path":"/proc/7/ns/pid"})");
  CHECK(spec::decode_config(text).ok());
  replace(text, R"({"type":"mount"})", R"({"type":"mount","path":"/proc/7/ns/mnt"})");
  CHECK(refused(text, "joins /proc/7/ns/mnt"));
}

TEST("a clock of its own needs a time namespace") {
  std::string text = config();
  replace(text, R"("namespaces":[)", R"("timeOffsets":{"boottime":{"secs":60}},"namespaces":[)");
  CHECK(refused(text, "time"));
  replace(text, R"({"type":"user"})", R"({"type":"user"},{"type":"time"})");
  const auto decoded = spec::decode_config(text);
  CHECK(decoded.ok() && decoded.value().time_offsets.size() == 1 && decoded.value().time_offsets[0].seconds == 60);
}

TEST("the network of another container may be joined, and the host's pid, ipc and uts be kept") {
  std::string text = config();
  text.replace(text.find(R"({"type":"pid"})"), 14, R"({"type":"network","path":"/proc/77/ns/net"})");
  const auto decoded = spec::decode_config(text);
  CHECK(decoded.ok() && decoded.value().namespaces[0].path == "/proc/77/ns/net");
}

TEST("a NUL inside a string is refused, since the kernel would cut there") {
  std::string text = config();
  text.replace(text.find("\"true\""), 6, R"("tr\u0000ue")");
  CHECK(refused(text, "process.args[2] must not contain a NUL"));
}

TEST("text that is no JSON, too deep or too long is refused") {
  CHECK(refused("{", "is no JSON at byte 1"));
  CHECK(refused("[]", "is not a JSON object"));
  CHECK(refused(std::string(2'000'000, ' '), "longer than"));
  CHECK(!spec::decode_config(std::string(500'000, '[')).ok());
  CHECK(!spec::decode_config("{\"a\":" + std::string(400'000, '[') + std::string(400'000, ']') + "}").ok());
}

TEST("seccomp rules are decoded with their arguments") {
  const auto decoded = spec::decode_config(config("", "", R"(,"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,
    "architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW",
    "args":[{"index":0,"value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]}]})"));
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  const spec::Seccomp& seccomp = *decoded.value().seccomp;
  CHECK(seccomp.default_errno == 38 && seccomp.rules.size() == 1);
  CHECK(seccomp.rules[0].args[0].value == 2114060288 && seccomp.rules[0].args[0].op == spec::SeccompOperator::masked_eq);
  CHECK(refused(config("", "", R"(,"seccomp":{"defaultAction":"SCMP_ACT_NOTIFY"})"), "linux.seccomp.defaultAction is \"SCMP_ACT_NOTIFY\""));
}

TEST("a spec of others may leave out what ours must have, and may ask for what ours must not") {
  const std::string foreign =
      R"({"ociVersion":"1.0.2-dev","process":{"args":["true"],"cwd":"/"},"root":{"path":"rootfs"},"annotations":{"a":"b"},)"
      R"("hooks":{"prestart":[{"path":"/bin/h","args":["h","1"],"timeout":3}],"poststop":[{"path":"/bin/p"}]},)"
      R"("linux":{"namespaces":[{"type":"mount"},{"type":"pid","path":"/proc/1/ns/pid"}],"rootfsPropagation":"rslave"}})";
  CHECK(!spec::decode_config(foreign).ok());
  const auto decoded = spec::decode_config(foreign, spec::Author::other);
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  const spec::ContainerSpec& spec = decoded.value();
  CHECK(spec.cgroups_path.empty() && spec.uid_mappings.empty() && spec.namespaces[1].path == "/proc/1/ns/pid");
  CHECK(spec.hooks.prestart[0].args[1] == "1" && spec.hooks.prestart[0].timeout == 3 && spec.hooks.any());
  CHECK(spec.hooks.poststop[0].path == "/bin/p" && spec.annotations[0].second == "b" && !spec.shared_root);
}

TEST("a spec of others cannot make the host's mounts the container's, nor leave a user namespace without ids") {
  const auto asked = [](const std::string& namespaces) {
    const auto spec = spec::decode_config(R"({"ociVersion":"1.0.2","process":{"args":["true"],"cwd":"/"},"root":{"path":"r"},"linux":{"namespaces":[)" +
                                              namespaces + "]}}",
                                          spec::Author::other);
    return spec.ok() ? "" : spec.error().detail;
  };
  CHECK(asked(R"({"type":"mount"})").empty());
  CHECK(asked(R"({"type":"pid"})").find("needs a new namespace of the type \"mount\"") != std::string::npos);
  CHECK(asked(R"({"type":"mount","path":"/proc/1/ns/mnt"})").find("needs a new namespace") != std::string::npos);
  CHECK(asked(R"({"type":"mount"},{"type":"user"})").find("uidMappings and gidMappings must say") != std::string::npos);
}

TEST("files of cgroup v2 are named as they are, and nothing but files of controllers") {
  const auto decoded = spec::decode_config(config("", "", R"(,"resources":{"unified":{"memory.oom.group":"1","memory.high":"max"}})"));
  CHECK(decoded.ok() && decoded.value().resources.unified.size() == 2);
  if (decoded.ok()) CHECK(decoded.value().resources.unified[0].first == "memory.oom.group" && decoded.value().resources.unified[0].second == "1");
  for (const char* name : {"../memory.max", "cgroup.procs", "tasks", ""})
    CHECK(refused(config("", "", R"(,"resources":{"unified":{")" + std::string(name) + R"(":"1"}})"), "is no file of a controller"));
}
