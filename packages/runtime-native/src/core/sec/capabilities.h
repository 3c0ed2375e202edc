// Capabilities of a process about to become the workload (capabilities(7)). Bit n of a set is capability n.
#pragma once

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// While the process is still root of its user namespace: takes what is not in the bounding set away for good, and keeps the
// permitted set over the coming change of user (PR_SET_KEEPCAPS).
sys::Result<void> drop_bounding(const spec::Capabilities& wanted);

// After the change of user: sets the other four sets and reads all five back; a difference is an error (SECURITY.md R20).
sys::Result<void> apply_capabilities(const spec::Capabilities& wanted);

}  // namespace keelson::sec
