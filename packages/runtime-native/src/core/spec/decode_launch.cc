#include "spec/decode.h"

namespace keelson::spec {
namespace {

// Longest prefix of the control socket's path: sun_path of unix(7) holds 108 bytes with its NUL, and "/ctl" follows.
constexpr size_t kMaxRunDir = 103;

// A part holds one whole frame of 64 KiB at least.
constexpr int64_t kLeastLogPart = 128 * 1024;
constexpr int64_t kMostLogParts = 1000;

void require_absolute(const JsonValue& value, const std::string& path) {
  if (!path.starts_with('/')) value.complain("must be an absolute path");
}

OverlayRootfs decode_rootfs(const JsonValue& rootfs) {
  OverlayRootfs decoded;
  decoded.layers = rootfs["layers"].strings();
  decoded.layer_uid_base = rootfs["layerUidBase"].u32();
  decoded.image = rootfs["image"].string();
  if (decoded.image.empty()) {
    decoded.upper = rootfs["upper"].required_string();
    decoded.work = rootfs["work"].required_string();
  } else {
    require_absolute(rootfs["image"], decoded.image);
  }
  for (const std::string& layer : decoded.layers) require_absolute(rootfs["layers"], layer);
  if (decoded.layers.empty()) rootfs["layers"].complain("is empty");
  return decoded;
}

Network decode_network(const JsonValue& network) {
  const std::string mode = network["mode"].required_string();
  if (mode != "bridge") network["mode"].complain("is \"" + mode + "\"; only bridge needs a network here");
  return {.bridge = network["bridge"].required_string(),
          .host_interface = network["hostInterface"].required_string(),
          .container_interface = network["containerInterface"].string("eth0"),
          .mac = network["mac"].required_string(),
          .mtu = static_cast<uint32_t>(network["mtu"].integer(68, 65'535, 1500)),
          .addresses = network["addresses"].strings(),
          .gateways = network["gateways"].strings()};
}

Port decode_port(const JsonValue& port) {
  const std::string protocol = port["protocol"].string("tcp");
  if (protocol != "tcp") port["protocol"].complain("is \"" + protocol + "\"; only tcp is supported");
  return {.host_address = port["hostAddress"].required_string(),
          .host_port = static_cast<uint16_t>(port["hostPort"].integer(1, 65'535)),
          .container_address = port["containerAddress"].required_string(),
          .container_port = static_cast<uint16_t>(port["containerPort"].integer(1, 65'535))};
}

void decode_log(const JsonValue& log, Launch& launch) {
  launch.log_dir = log["dir"].required_string();
  launch.log_max_bytes = static_cast<uint64_t>(log["maxBytes"].integer(kLeastLogPart, INT64_MAX, static_cast<int64_t>(launch.log_max_bytes)));
  launch.log_max_files = static_cast<uint64_t>(log["maxFiles"].integer(1, kMostLogParts, static_cast<int64_t>(launch.log_max_files)));
}

BindRoot decode_bind_root(const JsonValue& bind) {
  BindRoot decoded{.destination = bind["destination"].required_string(), .root = bind["root"].required_string()};
  require_absolute(bind["root"], decoded.root);
  return decoded;
}

ImageMount decode_image_mount(const JsonValue& mount) {
  ImageMount decoded{.destination = mount["destination"].required_string(),
                     .layers = mount["layers"].strings(),
                     .layer_uid_base = mount["layerUidBase"].u32(),
                     .subpath = mount["subpath"].string()};
  for (const std::string& layer : decoded.layers) require_absolute(mount["layers"], layer);
  if (decoded.layers.empty()) mount["layers"].complain("is empty");
  return decoded;
}

BorrowedMount decode_borrowed(const JsonValue& mount) {
  BorrowedMount decoded{.destination = mount["destination"].required_string(), .mount_namespace = mount["mountNamespace"].required_string()};
  require_absolute(mount["mountNamespace"], decoded.mount_namespace);
  return decoded;
}

Link decode_link(const JsonValue& link) {
  Link decoded{.path = link["path"].required_string(), .target = link["target"].required_string()};
  require_absolute(link["path"], decoded.path);
  if (decoded.path.ends_with('/')) link["path"].complain("must name a file");
  return decoded;
}

bool decode_stdin(const JsonValue& value) {
  const std::string mode = value.string("null");
  if (mode != "open" && mode != "null") value.complain("is \"" + mode + "\"; use open or null");
  return mode == "open";
}

}  // namespace

sys::Result<Launch> decode_launch(std::string_view text) {
  const JsonDocument document = KEELSON_TRY(JsonDocument::parse(text, "launch.json"));
  const JsonValue root = document.root();
  Launch launch;
  if (root["version"].integer(0, INT64_MAX) != 1) root["version"].complain("must be 1");
  launch.id = root["id"].required_string();
  launch.run_dir = root["runDir"].required_string();
  require_absolute(root["runDir"], launch.run_dir);
  if (launch.run_dir.size() > kMaxRunDir) root["runDir"].complain("is too long for the address of a unix socket");
  if (root["rootfs"].present()) launch.rootfs = decode_rootfs(root["rootfs"]);
  launch.init = root["init"].boolean();
  launch.stdin_open = decode_stdin(root["stdin"]);
  decode_log(root["log"], launch);
  launch.exit_file = root["exitFile"].required_string();
  require_absolute(root["exitFile"], launch.exit_file);
  if (root["network"].present()) launch.network = decode_network(root["network"]);
  root["ports"].each([&](const JsonValue& port) { launch.ports.push_back(decode_port(port)); });
  root["bindRoots"].each([&](const JsonValue& bind) { launch.bind_roots.push_back(decode_bind_root(bind)); });
  root["imageMounts"].each([&](const JsonValue& mount) { launch.image_mounts.push_back(decode_image_mount(mount)); });
  if (!launch.image_mounts.empty() && !launch.rootfs) root["imageMounts"].complain("need a rootfs made of layers");
  root["borrowed"].each([&](const JsonValue& mount) { launch.borrowed.push_back(decode_borrowed(mount)); });
  root["links"].each([&](const JsonValue& link) { launch.links.push_back(decode_link(link)); });
  KEELSON_TRY(document.finish());
  return launch;
}

}  // namespace keelson::spec
