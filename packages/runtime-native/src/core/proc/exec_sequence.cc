// How a further process joins a running container. It is born in the container's pid namespace and cgroup and takes the other namespaces itself.
#include <sched.h>
#include <unistd.h>

#include "ns/flags.h"
#include "ns/user_map.h"
#include "proc/child_steps.h"
#include "proc/clone.h"
#include "proc/container.h"
#include "proc/stream_owner.h"
#include "sec/privileges.h"
#include "sec/rlimits.h"
#include "sec/seccomp.h"
#include "sys/scope_exit.h"

namespace keelson::proc {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

struct Plan {
  int container;
  const spec::ContainerSpec& spec;
  const spec::Process& process;
  std::vector<sock_filter> filter;
  std::vector<int> task_files;
  const Handover* handover = nullptr;
};

// ---- child ----

Result<void> enter_container(const Plan& plan, const Channel& channel, ChildIo io) {
  KEELSON_TRY(forbid_tracing());
  KEELSON_TRY(join_cgroup(plan.task_files));
  if (::setsid() < 0) return os_error(Stage::proc_console, "cannot begin a session");
  // The parent has set the limits, for which this process lacks the rights once it is inside.
  KEELSON_TRY(channel.expect(MessageKind::proceed));
  // All at once: the kernel checks the rights for each in the user namespace that is joined with them (setns(2), "pidfd").
  const uint64_t namespaces = ns::all_flags(plan.spec) & ~uint64_t{CLONE_NEWPID};
  if (::setns(plan.container, static_cast<int>(namespaces)) != 0) return os_error(Stage::ns_join, "cannot join the container's namespaces");
  KEELSON_TRY(ns::become_namespace_root());
  return adopt_stdio(channel, plan.process, std::move(io));
}

[[noreturn]] void run_child(const Plan& plan, Channel& channel, ChildIo io) {
  const Result<void> entered = enter_container(plan, channel, std::move(io));
  if (!entered.ok()) fail(channel, entered.error());
  const Error stopped = become_workload({plan.process, plan.filter, plan.handover, {}}, channel);
  fail(channel, stopped);
}

// ---- parent ----

Result<sys::UniqueFd> guide_child(const Plan& plan, pid_t pid, const Channel& channel) {
  KEELSON_TRY(sec::apply_rlimits(pid, plan.process.rlimits));
  KEELSON_TRY(sec::apply_oom_score(pid, plan.process.oom_score_adj));
  KEELSON_TRY(channel.send(MessageKind::proceed));
  sys::UniqueFd console;
  if (plan.process.terminal) console = KEELSON_TRY(channel.expect(MessageKind::console)).file;
  KEELSON_TRY(channel.expect_end());
  return console;
}

}  // namespace

Result<StartedProcess> exec_in_container(int container, const spec::ContainerSpec& spec, const spec::Process& process,
                                         const cgroup::Cgroup& cgroup, ChildIo io, const Handover* handover) {
  Plan plan{container, spec, process, {}, cgroup.task_fds(), handover};
  if (spec.seccomp) plan.filter = KEELSON_TRY(sec::compile_seccomp(*spec.seccomp));
  KEELSON_TRY(give_streams(io, spec, process.user));
  auto [ours, theirs] = KEELSON_TRY(Channel::pair());
  Clone child = KEELSON_TRY(clone_into(cgroup, 0));
  if (child.pid == 0) {
    ours.close();
    run_child(plan, theirs, std::move(io));
  }
  theirs.close();
  sys::ScopeExit undo([&child] { discard(child); });
  sys::UniqueFd console = KEELSON_TRY(guide_child(plan, child.pid, ours));
  undo.dismiss();
  return StartedProcess{child.pid, std::move(child.pidfd), std::move(console)};
}

}  // namespace keelson::proc
