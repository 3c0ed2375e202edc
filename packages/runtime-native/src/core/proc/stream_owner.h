// Pipes of a process belong to the process.
#pragma once

#include "proc/container.h"
#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::proc {

// Parent side. Programs that log to /dev/stdout open their pipe anew, which takes the right of an owner; what is no pipe (/dev/null) is left alone.
sys::Result<void> give_streams(const ChildIo& io, const spec::ContainerSpec& spec, const spec::User& user);

}  // namespace keelson::proc
