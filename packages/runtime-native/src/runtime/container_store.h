// Containers of one --root: a directory for each, ROOT/ID, with
//   state.json   what is known of it, replaced atomically
//   config.json  its spec as it was when it was made
//   start.sock   the gate where its first process waits; there until `start`
//   lock         held by a verb that changes it
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::runtime {

enum class Status { creating, created, running, paused, stopped };
const char* status_name(Status status);

struct Record {
  std::string oci_version;
  std::string id;
  std::string bundle;
  std::string rootfs;
  std::string created;  // RFC 3339
  std::string cgroup;
  std::string boot_id;
  pid_t pid = 0;
  uint64_t start_ticks = 0;
  uid_t owner = 0;
  std::vector<std::pair<std::string, std::string>> annotations;
};

// The state of OCI runtime spec, runtime.md "State", with what others add to it (rootfs, created, owner).
std::string state_json(const Record& record, Status status);

class Container {
 public:
  const std::string& id() const { return id_; }
  const std::string& directory() const { return directory_; }
  const Record& record() const { return record_; }

  // Asks the kernel; a process of a former boot, or another with its pid, is not it.
  Status status() const;
  // A descriptor of its first process; ESRCH where that is gone.
  sys::Result<sys::UniqueFd> process() const;

  sys::Result<void> save(Record record);
  sys::Result<std::string> config() const;
  sys::Result<void> save_config(const std::string& text);

  // Listens where `start` will come; connects there; takes the place away.
  sys::Result<sys::UniqueFd> listen_at_gate() const;
  sys::Result<sys::UniqueFd> connect_to_gate() const;
  void remove_gate() const;

  sys::Result<void> remove();

 private:
  friend class Store;
  std::string id_;
  std::string directory_;
  Record record_;
  sys::UniqueFd lock_;
};

class Store {
 public:
  explicit Store(std::string root) : root_(std::move(root)) {}

  // Fails with EEXIST where the id is taken, EINVAL where it is none. Locked.
  sys::Result<Container> make(const std::string& id) const;
  // Fails with ENOENT where there is none. `lock`: waits for verbs that change it, and keeps others out.
  sys::Result<Container> open(const std::string& id, bool lock = false) const;
  // One whose creation did not come to its end, for removal only.
  sys::Result<Container> open_unfinished(const std::string& id) const;
  sys::Result<std::vector<Container>> all() const;

 private:
  std::string root_;
};

sys::Result<std::string> boot_id();

}  // namespace keelson::runtime
