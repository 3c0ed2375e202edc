// From the documents of a bundle to plain structs. The only readers of config.json and launch.json.
#pragma once

#include <string>
#include <string_view>

#include "spec/container_spec.h"
#include "spec/json.h"
#include "spec/launch.h"
#include "sys/result.h"

namespace keelson::spec {

// OCI runtime spec 1.x, config.md and config-linux.md. Fields that we do not execute and that would change what runs are
// refused by name; annotations and the like are ignored.
sys::Result<ContainerSpec> decode_config(std::string_view text);

// launch.json (README.md, "Inputs of a supervisor").
sys::Result<Launch> decode_launch(std::string_view text);

// An OCI process object, as in config.json and in an exec request. Complaints go to the value's document.
Process decode_process(const JsonValue& process);

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
