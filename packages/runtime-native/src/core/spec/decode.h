// From the documents of a bundle to plain structs. The only readers of config.json and launch.json.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "spec/container_spec.h"
#include "spec/json.h"
#include "spec/launch.h"
#include "sys/result.h"

namespace keelson::spec {

// Who wrote a spec. Our own server keeps rules of its own: a user namespace always, the host's root never mapped, no hooks, of namespaces that
// exist only a network. A spec of others is taken as it is; what it need not have (a cgroup path, namespaces but the one of mounts) may be missing.
enum class Author { server, other };

// OCI runtime spec 1.x, config.md and config-linux.md. Fields that we do not execute and that would change what runs are
// refused by name; of annotations and hooks a spec of our server has none.
sys::Result<ContainerSpec> decode_config(std::string_view text, Author author = Author::server);

// launch.json (README.md, "Inputs of a supervisor").
sys::Result<Launch> decode_launch(std::string_view text);

// An OCI process object, as in config.json and in an exec request. Complaints go to the value's document.
Process decode_process(const JsonValue& process);

// "CAP_CHOWN" and its like; the place is the number of capabilities(7).
std::span<const std::string_view> capability_names();

// One letter of `allowed`, the types of devices; 'u' is read as 'c'.
char decode_device_type(const JsonValue& value, std::string_view allowed);

// linux.resources of the OCI spec. Complaints go to the value's document.
Resources decode_resources(const JsonValue& resources);

Rlimit decode_rlimit(const JsonValue& limit);

// "change" and "undo" of an update request (README.md, "ctl protocol").
LiveChange decode_live_change(const JsonValue& change);

// linux.seccomp of the OCI spec. Complaints go to the value's document.
Seccomp decode_seccomp(const JsonValue& seccomp);

}  // namespace keelson::spec
