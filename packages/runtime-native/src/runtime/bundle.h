// A bundle as its author meant it, made whole with what the OCI runtime spec leaves to the runtime.
#pragma once

#include <string>

#include "log.h"
#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::runtime {

struct Bundle {
  std::string directory;  // absolute
  std::string text;       // of config.json
  std::string oci_version;
  spec::ContainerSpec spec;
};

// Enters the directory and reads config.json there. Default devices and their rules are added, relative paths made absolute; capabilities and limits
// of processes that this host cannot give are left out, which the log is told. `id` names the group of a spec without one.
sys::Result<Bundle> load_bundle(const std::string& directory, const std::string& id, bool systemd_cgroup, const Log& log);

// For a process that is added later.
void leave_out_what_is_not_ours(const spec::ContainerSpec& spec, spec::Process& process, const Log& log);

}  // namespace keelson::runtime
