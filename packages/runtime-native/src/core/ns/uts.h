// Names of the container (uts_namespaces(7)).
#pragma once

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::ns {

// Child side, in its own uts namespace.
sys::Result<void> apply_names(const spec::ContainerSpec& spec);

}  // namespace keelson::ns
