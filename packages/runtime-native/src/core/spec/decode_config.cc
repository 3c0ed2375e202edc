#include <algorithm>
#include <iterator>

#include "spec/decode.h"

namespace keelson::spec {
namespace {

struct NamespaceName {
  std::string_view name;
  NamespaceType type;
};

constexpr NamespaceName kNamespaces[] = {
    {"pid", NamespaceType::pid}, {"network", NamespaceType::network}, {"mount", NamespaceType::mount}, {"ipc", NamespaceType::ipc},
    {"uts", NamespaceType::uts}, {"user", NamespaceType::user},       {"cgroup", NamespaceType::cgroup},
    {"time", NamespaceType::time}};

Namespace decode_namespace(const JsonValue& value) {
  const std::string name = value["type"].required_string();
  const auto* found = std::find_if(std::begin(kNamespaces), std::end(kNamespaces), [&](const NamespaceName& one) { return one.name == name; });
  if (found == std::end(kNamespaces)) {
    value["type"].complain("is \"" + name + "\", which is no namespace that is supported");
    return {};
  }
  return {.type = found->type, .path = value["path"].string()};
}

IdMapping decode_mapping(const JsonValue& mapping, Author author) {
  IdMapping decoded{mapping["containerID"].u32(), mapping["hostID"].u32(), mapping["size"].u32()};
  if (decoded.size == 0) mapping["size"].complain("must be at least 1");
  // The host's root has no place in any container of ours (ARCHITECTURE D5).
  if (author == Author::server && decoded.host_id == 0) mapping["hostID"].complain("must not be 0, the host's root");
  return decoded;
}

Mount decode_mount(const JsonValue& mount) {
  Mount decoded{.destination = mount["destination"].required_string(),
                .type = mount["type"].string(),
                .source = mount["source"].string(),
                .options = mount["options"].strings()};
  if (!decoded.destination.starts_with('/')) mount["destination"].complain("must be an absolute path");
  mount.refuse({"uidMappings", "gidMappings"});
  return decoded;
}

// Some callers hand the whole st_mode of their node on, the kind of file included.
constexpr int64_t kLastMode = 0177777;

Device decode_device(const JsonValue& device) {
  return {.path = device["path"].required_string(),
          .type = decode_device_type(device["type"], "cbu"),
          .major = device["major"].integer(0, 4095),
          .minor = device["minor"].integer(0, 1'048'575),
          .mode = static_cast<uint32_t>(device["fileMode"].integer(0, kLastMode, 0666)) & 07777,
          .uid = device["uid"].u32(),
          .gid = device["gid"].u32()};
}

TimeOffset decode_offset(const std::string& clock, const JsonValue& offset) {
  if (clock != "monotonic" && clock != "boottime") offset.complain("is of a clock without offset; only monotonic and boottime have one");
  return {.clock = clock,
          .seconds = offset["secs"].integer(INT64_MIN, INT64_MAX),
          .nanoseconds = static_cast<uint32_t>(offset["nanosecs"].integer(0, 999'999'999))};
}

void decode_propagation(const JsonValue& propagation, Author author, ContainerSpec& spec) {
  const std::string name = propagation.string("private");
  if (name == "private" || name == "rprivate") return;
  if (author == Author::server) return propagation.complain("must be private");
  // Nothing reaches a copy of the root filesystem from outside, so "slave" has nothing to receive.
  if (name == "slave" || name == "rslave" || name == "unbindable" || name == "runbindable") return;
  spec.shared_root = name == "shared" || name == "rshared";
  if (!spec.shared_root) propagation.complain("is \"" + name + "\", which is no propagation of mounts");
}

void decode_linux(const JsonValue& linux, Author author, ContainerSpec& spec) {
  linux["namespaces"].each([&](const JsonValue& one) { spec.namespaces.push_back(decode_namespace(one)); });
  linux["uidMappings"].each([&](const JsonValue& one) { spec.uid_mappings.push_back(decode_mapping(one, author)); });
  linux["gidMappings"].each([&](const JsonValue& one) { spec.gid_mappings.push_back(decode_mapping(one, author)); });
  linux["devices"].each([&](const JsonValue& one) { spec.devices.push_back(decode_device(one)); });
  linux["sysctl"].each_member([&](const std::string& key, const JsonValue& value) { spec.sysctl.emplace_back(key, value.string()); });
  spec.masked_paths = linux["maskedPaths"].strings();
  spec.readonly_paths = linux["readonlyPaths"].strings();
  spec.cgroups_path = author == Author::server ? linux["cgroupsPath"].required_string() : linux["cgroupsPath"].string();
  spec.resources = decode_resources(linux["resources"]);
  if (linux["seccomp"].present()) spec.seccomp = decode_seccomp(linux["seccomp"]);
  decode_propagation(linux["rootfsPropagation"], author, spec);
  linux["timeOffsets"].each_member([&](const std::string& clock, const JsonValue& offset) { spec.time_offsets.push_back(decode_offset(clock, offset)); });
  linux.refuse({"intelRdt", "mountLabel", "personality"});
}

bool has_namespace(const ContainerSpec& spec, NamespaceType type) {
  return std::any_of(spec.namespaces.begin(), spec.namespaces.end(), [type](const Namespace& one) { return one.type == type; });
}

std::vector<Hook> decode_hooks(const JsonValue& list) {
  std::vector<Hook> decoded;
  list.each([&](const JsonValue& one) {
    const auto timeout = one["timeout"].optional_integer(1, UINT32_MAX);
    decoded.push_back({one["path"].required_string(), one["args"].strings(), one["env"].strings(), static_cast<uint32_t>(timeout.value_or(0))});
    if (!decoded.back().path.starts_with('/')) one["path"].complain("must be an absolute path");
  });
  return decoded;
}

Hooks decode_hooks_of(const JsonValue& hooks) {
  return {.prestart = decode_hooks(hooks["prestart"]),
          .create_runtime = decode_hooks(hooks["createRuntime"]),
          .create_container = decode_hooks(hooks["createContainer"]),
          .start_container = decode_hooks(hooks["startContainer"]),
          .poststart = decode_hooks(hooks["poststart"]),
          .poststop = decode_hooks(hooks["poststop"])};
}

// What no start can do without, or would do to the host instead.
void check_foreign(const JsonValue& root, const ContainerSpec& spec) {
  const JsonValue namespaces = root["linux"]["namespaces"];
  const auto mount = std::find_if(spec.namespaces.begin(), spec.namespaces.end(), [](const Namespace& one) { return one.type == NamespaceType::mount; });
  if (mount == spec.namespaces.end() || !mount->path.empty()) namespaces.complain("needs a new namespace of the type \"mount\"");
  const auto user = std::find_if(spec.namespaces.begin(), spec.namespaces.end(), [](const Namespace& one) { return one.type == NamespaceType::user; });
  const bool new_user = user != spec.namespaces.end() && user->path.empty();
  if (new_user && (spec.uid_mappings.empty() || spec.gid_mappings.empty()))
    root["linux"]["uidMappings"].complain("and gidMappings must say whom the new user namespace has");
  if (user != spec.namespaces.end() && !user->path.empty())
    namespaces.complain("joins " + user->path + "; of namespaces that exist all but those of users and mounts can be joined");
  if (!has_namespace(spec, NamespaceType::uts) && !(spec.hostname + spec.domainname).empty())
    root["hostname"].complain("cannot be set without an uts namespace");
}

void check_time(const JsonValue& root, const ContainerSpec& spec) {
  const auto time = std::find_if(spec.namespaces.begin(), spec.namespaces.end(), [](const Namespace& one) { return one.type == NamespaceType::time; });
  const bool is_new = time != spec.namespaces.end() && time->path.empty();
  if (!spec.time_offsets.empty() && !is_new) root["linux"]["timeOffsets"].complain("need a new namespace of the type \"time\"");
}

// In those of another user namespace the container's root would have no rights.
bool may_join(NamespaceType type, bool joins_user) {
  if (type == NamespaceType::network) return true;
  return joins_user && (type == NamespaceType::user || type == NamespaceType::pid || type == NamespaceType::ipc || type == NamespaceType::uts);
}

// What the start recipe takes for granted of a spec of our server.
void check_whole(const JsonValue& root, const ContainerSpec& spec) {
  const bool joins_user =
      std::any_of(spec.namespaces.begin(), spec.namespaces.end(), [](const Namespace& one) { return one.type == NamespaceType::user && !one.path.empty(); });
  const JsonValue namespaces = root["linux"]["namespaces"];
  for (const NamespaceName& one : kNamespaces) {
    const bool required = one.type == NamespaceType::user || one.type == NamespaceType::mount;
    if (required && !has_namespace(spec, one.type)) namespaces.complain("needs an entry \"" + std::string(one.name) + "\"");
  }
  for (const Namespace& one : spec.namespaces)
    if (!one.path.empty() && !may_join(one.type, joins_user))
      namespaces.complain("joins " + one.path + "; of namespaces that exist a network can be joined, and with a user namespace its pid, ipc and uts");
  // unshare(2) makes one for children only: the first process would stay in the host's.
  const bool new_pid = std::any_of(spec.namespaces.begin(), spec.namespaces.end(),
                                   [](const Namespace& one) { return one.type == NamespaceType::pid && one.path.empty(); });
  if (joins_user && new_pid) namespaces.complain("joins a user namespace with a new one of processes; join that as well");
  // They would be the host's.
  if (!has_namespace(spec, NamespaceType::uts) && !(spec.hostname + spec.domainname).empty())
    root["hostname"].complain("cannot be set without an uts namespace");
  if (spec.uid_mappings.size() != 1 || spec.gid_mappings.size() != 1)
    root["linux"]["uidMappings"].complain("and gidMappings need exactly one entry each");
  else if (spec.uid_mappings[0].container_id != 0 || spec.gid_mappings[0].container_id != 0)
    root["linux"]["uidMappings"].complain("and gidMappings must begin at the container's 0");
}

}  // namespace

sys::Result<ContainerSpec> decode_config(std::string_view text, Author author) {
  const JsonDocument document = KEELSON_TRY(JsonDocument::parse(text, "config.json"));
  const JsonValue root = document.root();
  ContainerSpec spec;
  if (!root["ociVersion"].required_string().starts_with("1.")) root["ociVersion"].complain("must be 1.x");
  spec.process = decode_process(root["process"]);
  spec.root_path = root["root"]["path"].required_string();
  spec.root_readonly = root["root"]["readonly"].boolean();
  spec.hostname = root["hostname"].string();
  spec.domainname = root["domainname"].string();
  root["mounts"].each([&](const JsonValue& mount) { spec.mounts.push_back(decode_mount(mount)); });
  decode_linux(root["linux"], author, spec);
  root.refuse({"windows", "solaris", "vm", "zos"});
  if (author == Author::server) {
    root.refuse({"hooks"});
    check_whole(root, spec);
  } else {
    spec.hooks = decode_hooks_of(root["hooks"]);
    root["annotations"].each_member([&](const std::string& key, const JsonValue& value) { spec.annotations.emplace_back(key, value.string()); });
    check_foreign(root, spec);
  }
  check_time(root, spec);
  KEELSON_TRY(document.finish());
  return spec;
}

}  // namespace keelson::spec
