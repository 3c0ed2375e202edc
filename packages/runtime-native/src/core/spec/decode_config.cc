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
    {"uts", NamespaceType::uts}, {"user", NamespaceType::user},       {"cgroup", NamespaceType::cgroup}};

Namespace decode_namespace(const JsonValue& value) {
  const std::string name = value["type"].required_string();
  const auto* found = std::find_if(std::begin(kNamespaces), std::end(kNamespaces), [&](const NamespaceName& one) { return one.name == name; });
  if (found == std::end(kNamespaces)) {
    value["type"].complain("is \"" + name + "\", which is no namespace that is supported");
    return {};
  }
  return {.type = found->type, .path = value["path"].string()};
}

IdMapping decode_mapping(const JsonValue& mapping) {
  IdMapping decoded{mapping["containerID"].u32(), mapping["hostID"].u32(), mapping["size"].u32()};
  if (decoded.size == 0) mapping["size"].complain("must be at least 1");
  // The host's root has no place in any container (ARCHITECTURE D5).
  if (decoded.host_id == 0) mapping["hostID"].complain("must not be 0, the host's root");
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

Device decode_device(const JsonValue& device) {
  return {.path = device["path"].required_string(),
          .type = decode_device_type(device["type"], "cbu"),
          .major = device["major"].integer(0, 4095),
          .minor = device["minor"].integer(0, 1'048'575),
          .mode = static_cast<uint32_t>(device["fileMode"].integer(0, 07777, 0666)),
          .uid = device["uid"].u32(),
          .gid = device["gid"].u32()};
}

void decode_linux(const JsonValue& linux, ContainerSpec& spec) {
  linux["namespaces"].each([&](const JsonValue& one) { spec.namespaces.push_back(decode_namespace(one)); });
  linux["uidMappings"].each([&](const JsonValue& one) { spec.uid_mappings.push_back(decode_mapping(one)); });
  linux["gidMappings"].each([&](const JsonValue& one) { spec.gid_mappings.push_back(decode_mapping(one)); });
  linux["devices"].each([&](const JsonValue& one) { spec.devices.push_back(decode_device(one)); });
  linux["sysctl"].each_member([&](const std::string& key, const JsonValue& value) { spec.sysctl.emplace_back(key, value.string()); });
  spec.masked_paths = linux["maskedPaths"].strings();
  spec.readonly_paths = linux["readonlyPaths"].strings();
  spec.cgroups_path = linux["cgroupsPath"].required_string();
  spec.resources = decode_resources(linux["resources"]);
  if (linux["seccomp"].present()) spec.seccomp = decode_seccomp(linux["seccomp"]);
  const std::string propagation = linux["rootfsPropagation"].string("private");
  if (propagation != "private" && propagation != "rprivate") linux["rootfsPropagation"].complain("must be private");
  linux.refuse({"intelRdt", "mountLabel", "personality", "timeOffsets"});
}

bool has_namespace(const ContainerSpec& spec, NamespaceType type) {
  return std::any_of(spec.namespaces.begin(), spec.namespaces.end(), [type](const Namespace& one) { return one.type == type; });
}

// What the start recipe takes for granted.
void check_whole(const JsonValue& root, const ContainerSpec& spec) {
  const JsonValue namespaces = root["linux"]["namespaces"];
  for (const NamespaceName& one : kNamespaces) {
    const bool optional = one.type == NamespaceType::network || one.type == NamespaceType::pid || one.type == NamespaceType::ipc ||
                          one.type == NamespaceType::uts;
    if (!optional && !has_namespace(spec, one.type)) namespaces.complain("needs an entry \"" + std::string(one.name) + "\"");
  }
  for (const Namespace& one : spec.namespaces)
    if (!one.path.empty() && one.type != NamespaceType::network)
      namespaces.complain("joins " + one.path + "; of namespaces that exist only a network can be joined");
  // They would be the host's.
  if (!has_namespace(spec, NamespaceType::uts) && !(spec.hostname + spec.domainname).empty())
    root["hostname"].complain("cannot be set without an uts namespace");
  if (spec.uid_mappings.size() != 1 || spec.gid_mappings.size() != 1)
    root["linux"]["uidMappings"].complain("and gidMappings need exactly one entry each");
  else if (spec.uid_mappings[0].container_id != 0 || spec.gid_mappings[0].container_id != 0)
    root["linux"]["uidMappings"].complain("and gidMappings must begin at the container's 0");
}

}  // namespace

sys::Result<ContainerSpec> decode_config(std::string_view text) {
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
  decode_linux(root["linux"], spec);
  root.refuse({"hooks", "windows", "solaris", "vm", "zos"});
  check_whole(root, spec);
  KEELSON_TRY(document.finish());
  return spec;
}

}  // namespace keelson::spec
