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

}  // namespace

Result<void> give_streams(const ChildIo& io, const spec::ContainerSpec& spec, const spec::User& user) {
  const uid_t owner = spec.uid_mappings.front().host_id + user.uid;
  const gid_t group = spec.gid_mappings.front().host_id + user.gid;
  for (const sys::UniqueFd* end : {&io.in, &io.out, &io.err}) KEELSON_TRY(give_stream(*end, owner, group));
  return {};
}

}  // namespace keelson::proc
