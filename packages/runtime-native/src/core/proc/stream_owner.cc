#include "proc/stream_owner.h"

#include <sys/stat.h>
#include <unistd.h>

namespace keelson::proc {

using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

Result<void> give_stream(const sys::UniqueFd& end, uid_t owner, gid_t group) {
  struct stat status {};
  if (!end || ::fstat(end.get(), &status) != 0 || !S_ISFIFO(status.st_mode)) return {};
  if (::fchown(end.get(), owner, group) != 0) return os_error(Stage::proc_stdio, "cannot give a standard stream to the container");
  return {};
}

// An id that has no place on the host is left for the exec to refuse: -1 changes nothing.
uint32_t host_id(const std::vector<spec::IdMapping>& mappings, uint32_t id) {
  if (mappings.empty()) return id;
  for (const spec::IdMapping& one : mappings)
    if (id >= one.container_id && id - one.container_id < one.size) return one.host_id + (id - one.container_id);
  return UINT32_MAX;
}

}  // namespace

Result<void> give_streams(const ChildIo& io, const spec::ContainerSpec& spec, const spec::User& user) {
  const uid_t owner = host_id(spec.uid_mappings, user.uid);
  const gid_t group = host_id(spec.gid_mappings, user.gid);
  for (const sys::UniqueFd* end : {&io.in, &io.out, &io.err}) KEELSON_TRY(give_stream(*end, owner, group));
  return {};
}

}  // namespace keelson::proc
