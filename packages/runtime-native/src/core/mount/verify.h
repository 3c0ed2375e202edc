// The container's files, looked at once more from inside before anything of the image runs (SECURITY.md R20).
#pragma once

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::mount {

// Child side, after the pivot: what is to be masked is /dev/null or an empty read-only directory, what is to be read-only is, the root included.
// A difference is an error of stage sec.verify.
sys::Result<void> verify_sealed(const spec::ContainerSpec& spec);

}  // namespace keelson::mount
