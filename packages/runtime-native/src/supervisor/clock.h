// The wall clock in the unit of all our records.
#pragma once

#include <time.h>

#include <cstdint>

namespace keelson::supervisor {

inline uint64_t nanoseconds_since_epoch() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace keelson::supervisor
