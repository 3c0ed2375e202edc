#include "spec/decode.h"

#include "../check.h"

using namespace keelson;

namespace {

std::string launch(const std::string& extra = "") {
  return R"({"version":1,"id":"abc","runDir":"/run/k/c/abc","rootfs":{"layers":["/l/1/fs"],"layerUidBase":2147418112,"upper":"/c/upper",)"
         R"("work":"/c/work"},"log":{"dir":"/c/logs"},"exitFile":"/c/exit.json")" + extra + "}";
}

bool refused(const std::string& text, const std::string& part) {
  const auto decoded = spec::decode_launch(text);
  return !decoded.ok() && decoded.error().detail.find(part) != std::string::npos;
}

}  // namespace

TEST("launch.json without a network") {
  const auto decoded = spec::decode_launch(launch());
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  CHECK(decoded.value().rootfs->layers.size() == 1 && decoded.value().rootfs->layer_uid_base == 2147418112);
  CHECK(!decoded.value().network && !decoded.value().stdin_open && decoded.value().ports.empty());
}

TEST("launch.json with a bridge and ports") {
  const auto decoded = spec::decode_launch(launch(R"(,"stdin":"open","network":{"mode":"bridge","bridge":"kl1","hostInterface":"kv1",
    "containerInterface":"eth0","mac":"02:00:00:00:00:01","mtu":1400,"addresses":["10.0.0.2/24"],"gateways":["10.0.0.1"]},
    "ports":[{"hostAddress":"0.0.0.0","hostPort":8080,"containerAddress":"10.0.0.2","containerPort":80,"protocol":"tcp"}])"));
  CHECK(decoded.ok());
  if (!decoded.ok()) return;
  CHECK(decoded.value().network->mtu == 1400 && decoded.value().network->gateways[0] == "10.0.0.1");
  CHECK(decoded.value().ports[0].host_port == 8080 && decoded.value().ports[0].container_port == 80);
  CHECK(decoded.value().stdin_open);
}

TEST("launch.json with roots of bind mounts") {
  const auto decoded = spec::decode_launch(launch(R"(,"bindRoots":[{"destination":"/data","root":"/srv"}])"));
  CHECK(decoded.ok() && decoded.value().bind_roots.size() == 1 && decoded.value().bind_roots[0].root == "/srv");
  CHECK(refused(launch(R"(,"bindRoots":[{"destination":"/data","root":"srv"}])"), "absolute"));
}

TEST("launch.json with the log's caps, and the caps of a log that says none") {
  const auto decoded = spec::decode_launch(launch());
  CHECK(decoded.ok() && decoded.value().log_max_bytes == 16 * 1024 * 1024 && decoded.value().log_max_files == 5);
  std::string text = launch();
  text.replace(text.find(R"("dir":"/c/logs")"), 15, R"("dir":"/c/logs","maxBytes":131072,"maxFiles":2)");
  const auto capped = spec::decode_launch(text);
  CHECK(capped.ok() && capped.value().log_max_bytes == 131072 && capped.value().log_max_files == 2);
  text.replace(text.find("131072"), 6, "131071");
  CHECK(refused(text, "log.maxBytes is 131071"));
}

TEST("a launch.json that cannot work is refused before anything is made") {
  CHECK(refused(launch(R"(,"stdin":"maybe")"), "stdin is \"maybe\""));
  CHECK(refused(launch(R"(,"ports":[{"hostAddress":"::","hostPort":0,"containerAddress":"a","containerPort":80}])"), "ports[0].hostPort is 0"));
  std::string text = launch();
  text.replace(text.find("/run/k/c/abc"), 12, "/" + std::string(120, 'r'));
  CHECK(refused(text, "runDir is too long"));
  text = launch();
  text.replace(text.find("\"version\":1"), 11, "\"version\":2");
  CHECK(refused(text, "version must be 1"));
}
