// How PID 1 of a container comes to be. Two halves that meet at a channel; each reads as a list of steps in the only order that works.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "mount/overlay.h"
#include "mount/rootfs.h"
#include "mount/verify.h"
#include "net/sandbox.h"
#include "ns/flags.h"
#include "ns/user_map.h"
#include "ns/uts.h"
#include "proc/child_steps.h"
#include "proc/clone.h"
#include "proc/container.h"
#include "proc/stream_owner.h"
#include "sec/privileges.h"
#include "sec/rlimits.h"
#include "sec/seccomp.h"
#include "sec/sysctl.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"

namespace keelson::proc {
namespace {

using sys::os_error;
using sys::Result;
using sys::Stage;

// What is made ready while everything can still be refused without a trace.
struct Plan {
  const spec::ContainerSpec& spec;
  std::vector<sock_filter> filter;
  mount::HostMounts host;
  std::vector<int> task_files;
};

// ---- child ----

Result<void> enter_container(const Plan& plan, const Channel& channel, ChildIo io) {
  const spec::ContainerSpec& spec = plan.spec;
  KEELSON_TRY(forbid_tracing());
  // Early, so that everything below is already paid for by the container.
  KEELSON_TRY(join_cgroup(plan.task_files));
  if (::setsid() < 0) return os_error(Stage::proc_console, "cannot begin a session");
  // The parent has written the id maps.
  KEELSON_TRY(channel.expect(MessageKind::proceed));
  KEELSON_TRY(ns::become_namespace_root());
  // After joining: the group where this happens is the root that the namespace shows.
  if (::unshare(CLONE_NEWCGROUP) != 0) return os_error(Stage::ns_clone, "cannot make a cgroup namespace");
  KEELSON_TRY(ns::apply_names(spec));
  const sys::UniqueFd root = KEELSON_TRY(mount::assemble_rootfs(spec, plan.host));
  KEELSON_TRY(sec::apply_sysctls(root.get(), spec.sysctl));
  KEELSON_TRY(mount::seal_rootfs(spec, root.get()));
  KEELSON_TRY(mount::pivot_to(root.get()));
  KEELSON_TRY(adopt_stdio(channel, spec.process, std::move(io)));
  if (spec.process.terminal) KEELSON_TRY(mount::bind_over(root.get(), STDIN_FILENO, "/dev/console"));
  KEELSON_TRY(mount::verify_sealed(spec));
  KEELSON_TRY(channel.send(MessageKind::ready));
  // The parent has brought the network up and noted the start.
  KEELSON_TRY(channel.expect(MessageKind::proceed));
  return {};
}

[[noreturn]] void run_child(const Plan& plan, const Channel& channel, ChildIo io) {
  const Result<void> entered = enter_container(plan, channel, std::move(io));
  if (!entered.ok()) fail(channel, entered.error());
  fail(channel, become_workload(plan.spec.process, plan.filter));
}

// ---- parent ----

// Mounts of this process go with it and are never seen by the host; the host's own unmounts still reach it, so that it pins no disk.
Result<void> enter_private_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) return os_error(Stage::mount_private, "cannot make a mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
    return os_error(Stage::mount_private, "cannot separate the mounts from the host's");
  return {};
}

// The child inherits the working directory as its copy of this mount; by path it could not walk to it, being nobody on the host.
Result<void> enter_rootfs(const spec::ContainerSpec& spec, const spec::Launch& launch) {
  std::string path = spec.root_path;
  if (launch.rootfs) {
    const spec::IdMapping& ids = spec.uid_mappings.front();
    const std::string scratch = launch.run_dir + "/mnt";
    if (::mkdir(scratch.c_str(), 0700) != 0 && errno != EEXIST) return os_error(Stage::mount_rootfs, "cannot make " + scratch);
    path = KEELSON_TRY(mount::mount_overlay(*launch.rootfs, {ids.host_id, ids.size}, scratch));
  }
  if (::chdir(path.c_str()) != 0) return os_error(Stage::mount_rootfs, "cannot enter the root filesystem " + path);
  return {};
}

Result<void> set_up_network(const spec::ContainerSpec& spec, const spec::Launch& launch, pid_t pid) {
  if ((ns::new_flags(spec) & CLONE_NEWNET) == 0) return {};
  const sys::UniqueFd netns =
      KEELSON_TRY(sys::open_path(Stage::net_socket, "/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY));
  return net::setup_sandbox(launch.network ? &*launch.network : nullptr, netns.get());
}

// A network that another container has: the child is born in it, since it has no rights of its own there. Returns the way back, empty where
// there is nothing to join. The pid in the path may have been used again by then, by a process of the host.
Result<sys::UniqueFd> enter_joined_network(const spec::ContainerSpec& spec) {
  const auto joined = std::find_if(spec.namespaces.begin(), spec.namespaces.end(), [](const spec::Namespace& one) { return !one.path.empty(); });
  if (joined == spec.namespaces.end()) return sys::UniqueFd();
  sys::UniqueFd own = KEELSON_TRY(sys::open_path(Stage::ns_join, "/proc/thread-self/ns/net", O_RDONLY));
  const sys::UniqueFd theirs = KEELSON_TRY(sys::open_path(Stage::ns_join, joined->path, O_RDONLY));
  struct stat ours {};
  struct stat other {};
  if (::fstat(own.get(), &ours) != 0 || ::fstat(theirs.get(), &other) != 0) return os_error(Stage::ns_join, "cannot look at " + joined->path);
  if (ours.st_dev == other.st_dev && ours.st_ino == other.st_ino)
    return sys::Error{Stage::ns_join, ESRCH, joined->path + " is the network of the host, not that of a container"};
  if (::setns(theirs.get(), CLONE_NEWNET) != 0) return os_error(Stage::ns_join, "cannot join the network " + joined->path);
  return own;
}

Result<void> leave_joined_network(const sys::UniqueFd& own) {
  if (own && ::setns(own.get(), CLONE_NEWNET) != 0) return os_error(Stage::ns_join, "cannot return to the host's network");
  return {};
}

// Later children, the execs, are born in the container's pid namespace: no intermediate process, and the supervisor is their parent.
Result<void> bear_children_inside(int pidfd) {
  if (::setns(pidfd, CLONE_NEWPID) != 0) return os_error(Stage::ns_join, "cannot enter the container's pid namespace for later processes");
  return {};
}

// A child that has failed has no network namespace any more: what it said is the reason then.
sys::Error reason(const Channel& channel, const sys::Error& otherwise) {
  const Result<std::optional<Message>> told = channel.receive();
  const bool failed = told.ok() && told.value() && told.value()->kind == MessageKind::failed;
  return failed ? told.value()->error : otherwise;
}

Result<sys::UniqueFd> guide_child(const Plan& plan, const spec::Launch& launch, const Clone& child, const Channel& channel) {
  const spec::ContainerSpec& spec = plan.spec;
  KEELSON_TRY(ns::write_id_maps(child.pid, spec));
  KEELSON_TRY(sec::apply_oom_score(child.pid, spec.process.oom_score_adj));
  KEELSON_TRY(channel.send(MessageKind::proceed));
  // While the child mounts.
  if (const Result<void> network = set_up_network(spec, launch, child.pid); !network.ok()) return reason(channel, network.error());
  sys::UniqueFd console;
  if (spec.process.terminal) console = KEELSON_TRY(channel.expect(MessageKind::console)).file;
  KEELSON_TRY(channel.expect(MessageKind::ready));
  // While it surely lives: a workload may be over before we would look again.
  KEELSON_TRY(bear_children_inside(child.pidfd.get()));
  // Now that the child opens no more files itself: a workload may be given very few.
  KEELSON_TRY(sec::apply_rlimits(child.pid, spec.process.rlimits));
  KEELSON_TRY(channel.send(MessageKind::proceed));
  KEELSON_TRY(channel.expect_end());
  return console;
}

}  // namespace

Result<StartedProcess> start_container(const spec::ContainerSpec& spec, const spec::Launch& launch, const cgroup::Cgroup& cgroup, ChildIo io) {
  Plan plan{spec, {}, {}, cgroup.task_fds()};
  if (spec.seccomp) plan.filter = KEELSON_TRY(sec::compile_seccomp(*spec.seccomp));
  KEELSON_TRY(give_streams(io, spec, spec.process.user));
  KEELSON_TRY(enter_private_mounts());
  plan.host = KEELSON_TRY(mount::open_host_mounts(spec, launch.bind_roots, launch.run_dir));
  KEELSON_TRY(enter_rootfs(spec, launch));
  auto [ours, theirs] = KEELSON_TRY(Channel::pair());

  // The cgroup namespace is the child's own step, after it has joined the group.
  const uint64_t namespaces = ns::new_flags(spec) & ~uint64_t{CLONE_NEWCGROUP};
  const sys::UniqueFd own_network = KEELSON_TRY(enter_joined_network(spec));
  Clone child = KEELSON_TRY(clone_into(cgroup, namespaces));
  if (child.pid == 0) {
    ours.close();
    run_child(plan, theirs, std::move(io));
  }
  theirs.close();
  sys::ScopeExit undo([&child] { discard(child); });
  KEELSON_TRY(leave_joined_network(own_network));
  if (::chdir("/") != 0) return os_error(Stage::mount_rootfs, "cannot leave the root filesystem");
  sys::UniqueFd console = KEELSON_TRY(guide_child(plan, launch, child, ours));
  undo.dismiss();
  return StartedProcess{child.pid, std::move(child.pidfd), std::move(console)};
}

}  // namespace keelson::proc
