// One container's parent: starts it, serves whoever asks for it, records its end, cleans up (ARCHITECTURE D2).
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cgroup/cgroup.h"
#include "client.h"
#include "container_io.h"
#include "exec_session.h"
#include "exit_file.h"
#include "loop.h"
#include "port_proxy.h"
#include "proc/container.h"
#include "records.h"
#include "run_directory.h"
#include "spec/container_spec.h"
#include "spec/json.h"
#include "spec/launch.h"
#include "sys/result.h"

namespace keelson::supervisor {

class Supervisor {
 public:
  Supervisor(Loop& loop, spec::ContainerSpec spec, spec::Launch launch)
      : loop_(loop), spec_(std::move(spec)), launch_(std::move(launch)), ports_(loop) {}

  // Everything up to a running container; on an error nothing of it is left.
  sys::Result<Running> start();

  // Serves until the container has ended, everybody was told and everything is cleaned up.
  sys::Result<void> serve();

 private:
  static constexpr size_t kMaxClients = 256;
  static constexpr size_t kMaxExecs = 128;

  sys::Result<void> start_process();
  void undo_start();

  void accept_clients();
  void take_request(const std::shared_ptr<Client>& client, std::string_view text);
  sys::Result<void> answer(const std::shared_ptr<Client>& client, const spec::JsonValue& request);
  sys::Result<void> answer_exec(const std::shared_ptr<Client>& client, const spec::JsonValue& request);
  sys::Result<void> answer_update(const std::shared_ptr<Client>& client, const spec::JsonValue& request);
  sys::Result<void> answer_pause(const std::shared_ptr<Client>& client);
  void await_pause(const std::weak_ptr<Client>& client, Loop::Clock::time_point end);
  sys::Result<void> answer_unpause(const std::shared_ptr<Client>& client);
  bool paused() const;
  void send_state(const std::shared_ptr<Client>& client);
  void send_exit(const std::shared_ptr<Client>& client);

  void reap();
  void finish(int wait_status);
  bool everybody_told();
  void sweep();

  Loop& loop_;
  spec::ContainerSpec spec_;
  spec::Launch launch_;
  std::string boot_;
  std::optional<ExitFile> exit_file_;
  std::optional<RunDirectory> run_;
  std::optional<cgroup::Cgroup> cgroup_;
  PortProxy ports_;
  std::optional<ContainerIo> io_;
  sys::UniqueFd control_;
  sys::UniqueFd signals_;
  proc::StartedProcess process_;
  Running running_;
  std::map<int, uint64_t> sent_signals_;
  bool pause_wanted_ = false;
  std::optional<std::string> exit_;
  std::vector<std::shared_ptr<Client>> clients_;
  // Clients that wait for the end: watching or attached.
  std::vector<std::weak_ptr<Client>> watchers_;
  std::map<pid_t, std::shared_ptr<ExecSession>> execs_;
  std::vector<std::shared_ptr<ExecSession>> ended_execs_;
};

}  // namespace keelson::supervisor
