// Seccomp filters: an OCI profile becomes a program of classic BPF (seccomp(2), Documentation/userspace-api/seccomp_filter.rst).
#pragma once

#include <linux/filter.h>

#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// Native ABI only: another architecture's call ends the process, an x32 call fails with ENOSYS. Numbers are found by binary search (about nine
// comparisons). For one call, rules with arguments are alternatives and come before a rule without. Names that this architecture does not have are
// left out; numbers above all that we have names for fail with ENOSYS, as a kernel that is older would say.
sys::Result<std::vector<sock_filter>> compile_seccomp(const spec::Seccomp& profile);

// In the child: from here on the filter holds, and for all that it starts. Needs no_new_privs or CAP_SYS_ADMIN of the user namespace.
sys::Result<void> apply_seccomp(const std::vector<sock_filter>& filter);

}  // namespace keelson::sec
