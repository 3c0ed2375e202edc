#include "sec/rlimits.h"

#include <errno.h>
#include <sys/resource.h>

#include <algorithm>

namespace keelson::sec {

using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

int set_limit(pid_t pid, int resource, const rlimit* wanted, rlimit* before) {
  return ::prlimit(pid, static_cast<__rlimit_resource>(resource), wanted, before);
}

Result<void> apply_one(pid_t pid, const spec::Rlimit& limit) {
  rlimit wanted{limit.soft, limit.hard};
  if (set_limit(pid, limit.resource, &wanted, nullptr) == 0) return {};
  if (errno != EPERM) return os_error(Stage::sec_rlimit, "cannot set " + limit.name);
  rlimit present{};
  if (set_limit(pid, limit.resource, nullptr, &present) != 0) return os_error(Stage::sec_rlimit, "cannot read " + limit.name);
  wanted = {std::min(wanted.rlim_cur, present.rlim_max), std::min(wanted.rlim_max, present.rlim_max)};
  if (set_limit(pid, limit.resource, &wanted, nullptr) != 0) return os_error(Stage::sec_rlimit, "cannot set " + limit.name);
  return {};
}

struct Replaced {
  pid_t pid;
  int resource;
  rlimit before;
};

Result<void> change_one(pid_t pid, const spec::Rlimit& limit, std::vector<Replaced>& replaced) {
  const rlimit wanted{limit.soft, limit.hard};
  rlimit before{};
  if (set_limit(pid, limit.resource, &wanted, &before) == 0) {
    replaced.push_back({pid, limit.resource, before});
    return {};
  }
  // It has ended meanwhile.
  if (errno == ESRCH) return {};
  if (errno == EPERM)
    return sys::Error{Stage::sec_rlimit, EPERM, limit.name + " cannot be raised above the hard limit that its processes have; restart it for that"};
  return os_error(Stage::sec_rlimit, "cannot set " + limit.name);
}

}  // namespace

Result<void> change_rlimits(const std::vector<pid_t>& pids, const std::vector<spec::Rlimit>& limits) {
  std::vector<Replaced> replaced;
  for (const pid_t pid : pids) {
    for (const spec::Rlimit& limit : limits) {
      Result<void> changed = change_one(pid, limit, replaced);
      if (changed.ok()) continue;
      for (auto one = replaced.rbegin(); one != replaced.rend(); ++one) (void)set_limit(one->pid, one->resource, &one->before, nullptr);
      return changed;
    }
  }
  return {};
}

Result<void> apply_rlimits(pid_t pid, const std::vector<spec::Rlimit>& limits) {
  for (const spec::Rlimit& limit : limits) KEELSON_TRY(apply_one(pid, limit));
  return {};
}

}  // namespace keelson::sec
