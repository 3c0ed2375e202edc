// Seccomp filters: an OCI profile becomes a program of classic BPF (seccomp(2), Documentation/userspace-api/seccomp_filter.rst).
#pragma once

#include <linux/filter.h>

#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// Native ABI only: another architecture's call ends the process, an x32 call fails with ENOSYS. Numbers are found by binary search (about nine
// comparisons). For one call, rules with arguments are alternatives and come before those without; in each group the most restrictive action comes
// first, so that no broad allowance hides a refusal. Names that this architecture does not have are left out. Where the default is an errno, numbers
// above the highest one that the profile names fail with ENOSYS: they are newer than the profile, and a libc falls back on that errno only.
// Fails (stage sec.seccomp) on an argument above 5, on more than 42 conditions in one rule, and on programs longer than BPF_MAXINSNS.
sys::Result<std::vector<sock_filter>> compile_seccomp(const spec::Seccomp& profile);

// In the child: from here on the filter holds, and for all that it starts. Needs no_new_privs or CAP_SYS_ADMIN of the user namespace.
sys::Result<void> apply_seccomp(const std::vector<sock_filter>& filter);

}  // namespace keelson::sec
