// Between the confined unpacker and its privileged parent: the two things a user namespace cannot do, and the outcome.
// A SOCK_SEQPACKET pair, so a message arrives whole or not at all. The parent believes nothing that the child sends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::layer {

// Ids of a layer, from 0 on: what an identity mapping of the usual size can show in a container (R12).
inline constexpr uint32_t kIds = 65536;

// What became of the layer. `entry` is the tar entry at which it failed, as far as known.
struct Outcome {
  bool ok = false;
  uint64_t bytes = 0;
  uint64_t entries = 0;
  sys::Error error;
  std::string entry;
};

// The child's side.
class HelperClient {
 public:
  explicit HelperClient(int socket) : socket_(socket) {}

  // trusted.overlay.opaque=y (Documentation/filesystems/overlayfs.rst): trusted.* needs CAP_SYS_ADMIN on the host.
  sys::Result<void> set_opaque(int directory);

  // A device node `name` in `directory`: mknod(2) of devices needs CAP_MKNOD on the host. Ids are those of the archive.
  sys::Result<void> make_device(int directory, const std::string& name, mode_t mode, uint32_t major, uint32_t minor,
                                uint32_t uid, uint32_t gid);

  // Last message. Long texts are cut.
  void finish(const Outcome& outcome);

 private:
  int socket_;
};

// What the parent holds requests against.
struct HelperPolicy {
  dev_t device = 0;       // file system of the destination
  uint64_t mount_id = 0;  // of the detached clone that is the child's root: statx(2), STATX_MNT_ID
  uint32_t uid_base = 0;
};

// The parent's side: answers requests until the outcome arrives or the child is gone (then ok is false and the stage
// layer.helper). Acts on the descriptors it is sent and single names in them; resolves no path.
Outcome serve_helper(int socket, const HelperPolicy& policy);

}  // namespace keelson::layer
