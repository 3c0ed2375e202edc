// Two processes: a privileged parent that answers two kinds of requests, and a child without any rights on the host
// that parses the archive (SECURITY.md R2, R4).
#pragma once

#include "layer/helper_channel.h"
#include "options.h"

namespace keelson::unpack {

// Unpacks standard input into options.dest_fd and returns when the child is gone. Caller: root on the host.
layer::Outcome unpack_confined(const Options& options);

}  // namespace keelson::unpack
