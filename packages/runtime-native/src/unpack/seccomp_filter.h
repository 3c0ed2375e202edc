// The last wall around the process that parses the archive: the system calls that unpacking takes, and no others.
#pragma once

#include "sys/result.h"

namespace keelson::unpack {

// Needs no_new_privs. Any other call, or one of a foreign ABI, kills the process (SIGSYS).
sys::Result<void> restrict_system_calls();

}  // namespace keelson::unpack
