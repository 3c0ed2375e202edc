// A container without a user namespace has the host's root in it: by /proc/PID/exe of a process of ours it could write to our program
// (CVE-2019-5736).
#pragma once

#include "sys/result.h"

namespace keelson::runtime {

// Runs the same command line again from a sealed copy in memory; returns at once where we are that copy. Files stay as they are.
sys::Result<void> run_from_a_copy(char** words);

}  // namespace keelson::runtime
