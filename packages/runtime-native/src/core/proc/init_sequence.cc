// How PID 1 of a container comes to be. Two halves that meet at a channel; each reads as a list of steps in the only order that works.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

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
#include "proc/hook.h"
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
  const Handover* handover = nullptr;
  // A user namespace that exists; the others of this container are made in it, not with the clone, so that they are its own.
  sys::UniqueFd user = {};
  sys::UniqueFd joined_cgroup = {};

  // Programs of others come between the mounts and the pivot, or are told there what they will read.
  bool stops_before_pivot() const { return handover != nullptr && spec.hooks.any(); }
};

// ---- child ----

// After joining the group: where this happens is the root that the namespace shows. One that exists is joined here as well, since in it the kernel
// finds no group outside of it to bear a process in (cgroup_namespaces(7)).
Result<void> enter_cgroup_namespace(const Plan& plan) {
  if (plan.joined_cgroup) {
    if (::setns(plan.joined_cgroup.get(), CLONE_NEWCGROUP) != 0) return os_error(Stage::ns_join, "cannot join the cgroup namespace");
    return {};
  }
  if ((ns::new_flags(plan.spec) & CLONE_NEWCGROUP) != 0 && ::unshare(CLONE_NEWCGROUP) != 0)
    return os_error(Stage::ns_clone, "cannot make a cgroup namespace");
  return {};
}

// These are made by the child, each at its own time.
constexpr uint64_t kMadeLater = CLONE_NEWCGROUP | CLONE_NEWTIME;

Result<void> join_user_namespace(const Plan& plan, const Channel& channel) {
  if (!plan.user) return {};
  if (::setns(plan.user.get(), CLONE_NEWUSER) != 0) return os_error(Stage::ns_join, "cannot join the user namespace " + ns::joined_user(plan.spec));
  if (::unshare(static_cast<int>(ns::new_flags(plan.spec) & ~kMadeLater)) != 0) return os_error(Stage::ns_clone, "cannot make namespaces in the joined one");
  return channel.send(MessageKind::joined);
}

// Its clocks are set by the parent; the program is in it from its execve on (time_namespaces(7), since Linux 6.1).
Result<void> make_time_namespace(const spec::ContainerSpec& spec) {
  if ((ns::new_flags(spec) & CLONE_NEWTIME) != 0 && ::unshare(CLONE_NEWTIME) != 0) return os_error(Stage::ns_clone, "cannot make a time namespace");
  return {};
}

// Hooks that run inside, in the parent's words for what they read: a line for each state.
constexpr size_t kMaxHookState = 1 << 20;

struct HookStates {
  std::string creating;
  std::string created;
};

Result<HookStates> receive_states(const Channel& channel) {
  const Message message = KEELSON_TRY(channel.expect(MessageKind::proceed));
  const std::string text = KEELSON_TRY(sys::read_fd(Stage::proc_hook, message.file.get(), kMaxHookState, "the state for hooks"));
  const size_t line = text.find('\n');
  return HookStates{text.substr(0, line), line == std::string::npos ? "" : text.substr(line + 1)};
}

// With the host's files still in place: the programs are the host's.
Result<void> let_hooks_run(const Plan& plan, const Channel& channel, HookStates& states) {
  KEELSON_TRY(channel.send(MessageKind::mounted));
  states = KEELSON_TRY(receive_states(channel));
  return run_hooks("createContainer", plan.spec.hooks.create_container, states.creating);
}

Result<void> enter_container(const Plan& plan, const Channel& channel, ChildIo io, HookStates& states) {
  const spec::ContainerSpec& spec = plan.spec;
  KEELSON_TRY(forbid_tracing());
  // Early, so that everything below is already paid for by the container.
  KEELSON_TRY(join_cgroup(plan.task_files));
  if (::setsid() < 0) return os_error(Stage::proc_console, "cannot begin a session");
  KEELSON_TRY(join_user_namespace(plan, channel));
  // The parent has written the id maps.
  KEELSON_TRY(channel.expect(MessageKind::proceed));
  KEELSON_TRY(ns::become_namespace_root());
  KEELSON_TRY(enter_cgroup_namespace(plan));
  KEELSON_TRY(make_time_namespace(spec));
  KEELSON_TRY(ns::apply_names(spec));
  const sys::UniqueFd root = KEELSON_TRY(mount::assemble_rootfs(spec, plan.host));
  KEELSON_TRY(sec::apply_sysctls(root.get(), spec.sysctl));
  if (plan.stops_before_pivot()) KEELSON_TRY(let_hooks_run(plan, channel, states));
  KEELSON_TRY(mount::seal_rootfs(spec, root.get()));
  KEELSON_TRY(mount::pivot_to(root.get()));
  if (spec.shared_root) KEELSON_TRY(mount::share_root());
  KEELSON_TRY(adopt_stdio(channel, spec.process, std::move(io)));
  if (spec.process.terminal) KEELSON_TRY(mount::bind_over(root.get(), STDIN_FILENO, "/dev/console"));
  KEELSON_TRY(mount::verify_sealed(spec));
  KEELSON_TRY(channel.send(MessageKind::ready));
  // The parent has brought the network up and noted the start.
  KEELSON_TRY(channel.expect(MessageKind::proceed));
  return {};
}

[[noreturn]] void run_child(const Plan& plan, Channel& channel, ChildIo io) {
  HookStates states;
  const Result<void> entered = enter_container(plan, channel, std::move(io), states);
  if (!entered.ok()) fail(channel, entered.error());
  Workload workload{plan.spec.process, plan.filter, plan.handover, {}};
  if (!plan.spec.hooks.start_container.empty())
    workload.before_exec = [&] { return run_hooks("startContainer", plan.spec.hooks.start_container, states.created); };
  const sys::Error stopped = become_workload(workload, channel);
  fail(channel, stopped);
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
Result<void> enter_rootfs(const spec::ContainerSpec& spec, const spec::Launch& launch, mount::HostMounts& host) {
  std::string path = spec.root_path;
  if (launch.rootfs) {
    const spec::IdMapping& ids = spec.uid_mappings.front();
    const std::string scratch = launch.run_dir + "/mnt";
    if (::mkdir(scratch.c_str(), 0700) != 0 && errno != EEXIST) return os_error(Stage::mount_rootfs, "cannot make " + scratch);
    path = KEELSON_TRY(mount::mount_overlay(*launch.rootfs, {ids.host_id, ids.size}, scratch));
    KEELSON_TRY(mount::open_image_mounts(spec, launch, scratch, host));
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

// Namespaces that exist are entered before the clone, so that the child is born in them: in its own user namespace it has no rights there. What is left
// for a moment is entered again when the object goes.
class JoinedNamespaces {
 public:
  static Result<JoinedNamespaces> enter(const spec::ContainerSpec& spec, bool may_be_own) {
    JoinedNamespaces joined;
    for (const spec::Namespace& one : spec.namespaces)
      if (!one.path.empty() && one.type != spec::NamespaceType::user && one.type != spec::NamespaceType::cgroup)
        KEELSON_TRY(joined.enter_one(one, may_be_own));
    return joined;
  }

  JoinedNamespaces() = default;
  JoinedNamespaces(JoinedNamespaces&&) = default;
  JoinedNamespaces& operator=(JoinedNamespaces&&) = delete;
  ~JoinedNamespaces() { (void)leave(); }

  Result<void> leave() {
    while (!own_.empty()) {
      const auto [flag, file] = std::move(own_.back());
      own_.pop_back();
      if (::setns(file.get(), flag) != 0) return os_error(Stage::ns_join, "cannot return to the host's namespaces");
    }
    return {};
  }

 private:
  Result<void> enter_one(const spec::Namespace& one, bool may_be_own) {
    const int flag = static_cast<int>(ns::flag_of(one.type));
    sys::UniqueFd own = KEELSON_TRY(sys::open_path(Stage::ns_join, std::string("/proc/thread-self/ns/") + ns::file_of(one.type), O_RDONLY));
    const sys::UniqueFd theirs = KEELSON_TRY(sys::open_path(Stage::ns_join, one.path, O_RDONLY));
    struct stat ours {};
    struct stat other {};
    if (::fstat(own.get(), &ours) != 0 || ::fstat(theirs.get(), &other) != 0) return os_error(Stage::ns_join, "cannot look at " + one.path);
    // The pid in the path may have been used again by then, by a process of the host.
    if (!may_be_own && ours.st_dev == other.st_dev && ours.st_ino == other.st_ino)
      return sys::Error{Stage::ns_join, ESRCH, one.path + " is the namespace of the host, not that of a container"};
    if (::setns(theirs.get(), flag) != 0) return os_error(Stage::ns_join, "cannot join the namespace " + one.path);
    own_.emplace_back(flag, std::move(own));
    return {};
  }

  std::vector<std::pair<int, sys::UniqueFd>> own_;
};

// Later children, the execs, are born in the container's pid namespace: no intermediate process, and the supervisor is their parent.
Result<void> bear_children_inside(int pidfd) {
  if (::setns(pidfd, CLONE_NEWPID) != 0) return os_error(Stage::ns_join, "cannot enter the container's pid namespace for later processes");
  return {};
}

Result<sys::UniqueFd> open_joined_user(const spec::ContainerSpec& spec) {
  const std::string path = ns::joined_user(spec);
  if (path.empty()) return sys::UniqueFd();
  return sys::open_path(Stage::ns_join, path, O_RDONLY);
}

// By the parent: the child's own files in /proc belong to the host's root until its execve.
Result<void> set_clocks(const spec::ContainerSpec& spec, pid_t pid) {
  std::string text;
  for (const spec::TimeOffset& one : spec.time_offsets)
    text += one.clock + ' ' + std::to_string(one.seconds) + ' ' + std::to_string(one.nanoseconds) + '\n';
  if (text.empty()) return {};
  Result<void> written = sys::write_value(Stage::ns_time, "/proc/" + std::to_string(pid) + "/timens_offsets", text);
  if (written.ok() || written.error().err != ERANGE) return written;
  return sys::Error{Stage::ns_time, ERANGE, "a clock with these offsets would show a time before zero or after the kernel's last one"};
}

// Kernels before 6.1 leave the program of an execve in the old one.
Result<void> verify_time_namespace(const spec::ContainerSpec& spec, pid_t pid) {
  if (spec.time_offsets.empty()) return {};
  const std::string directory = "/proc/" + std::to_string(pid) + "/ns/";
  struct stat now {};
  struct stat wanted {};
  // A workload may be over by now.
  if (::stat((directory + "time").c_str(), &now) != 0 || ::stat((directory + "time_for_children").c_str(), &wanted) != 0) return {};
  if (now.st_ino == wanted.st_ino) return {};
  return sys::Error{Stage::sec_verify, ENOTSUP, "this kernel does not let a program into its time namespace; it needs Linux 6.1"};
}

// A child that has failed has no network namespace any more: what it said is the reason then.
sys::Error reason(const Channel& channel, const sys::Error& otherwise) {
  const Result<std::optional<Message>> told = channel.receive();
  const bool failed = told.ok() && told.value() && told.value()->kind == MessageKind::failed;
  return failed ? told.value()->error : otherwise;
}

Result<void> run_outer_hooks(const Plan& plan, pid_t pid, const Channel& channel) {
  KEELSON_TRY(channel.expect(MessageKind::mounted));
  KEELSON_TRY(plan.handover->mounted(pid));
  const std::string text = plan.handover->state(pid, "creating") + "\n" + plan.handover->state(pid, "created");
  const sys::UniqueFd states(::memfd_create("states", MFD_CLOEXEC));
  if (!states) return os_error(Stage::proc_hook, "cannot make a file in memory");
  KEELSON_TRY(sys::write_all(Stage::proc_hook, states.get(), text, "the state for hooks"));
  if (::lseek(states.get(), 0, SEEK_SET) != 0) return os_error(Stage::proc_hook, "cannot rewind a file in memory");
  return channel.send(MessageKind::proceed, states.get());
}

Result<sys::UniqueFd> open_joined_cgroup(const spec::ContainerSpec& spec) {
  for (const spec::Namespace& one : spec.namespaces)
    if (one.type == spec::NamespaceType::cgroup && !one.path.empty()) return sys::open_path(Stage::ns_join, one.path, O_RDONLY);
  return sys::UniqueFd();
}

// How long one half may have to wait for hooks that the other runs.
unsigned patience_for(const spec::ContainerSpec& spec) {
  return Channel::kPatience + hook_seconds(spec.hooks.prestart) + hook_seconds(spec.hooks.create_runtime) + hook_seconds(spec.hooks.create_container);
}

Result<sys::UniqueFd> guide_child(const Plan& plan, const spec::Launch& launch, const Clone& child, const Channel& channel) {
  const spec::ContainerSpec& spec = plan.spec;
  if ((ns::new_flags(spec) & CLONE_NEWUSER) != 0) KEELSON_TRY(ns::write_id_maps(child.pid, spec));
  if (plan.user) {
    KEELSON_TRY(channel.expect(MessageKind::joined));
    // The pid in the path may have been used again by then.
    KEELSON_TRY(ns::verify_id_maps(child.pid, spec));
  }
  KEELSON_TRY(sec::apply_oom_score(child.pid, spec.process.oom_score_adj));
  KEELSON_TRY(channel.send(MessageKind::proceed));
  // While the child mounts.
  if (const Result<void> network = set_up_network(spec, launch, child.pid); !network.ok()) return reason(channel, network.error());
  if (plan.stops_before_pivot()) KEELSON_TRY(run_outer_hooks(plan, child.pid, channel));
  sys::UniqueFd console;
  if (spec.process.terminal) console = KEELSON_TRY(channel.expect(MessageKind::console)).file;
  KEELSON_TRY(channel.expect(MessageKind::ready));
  KEELSON_TRY(set_clocks(spec, child.pid));
  // While it surely lives: a workload may be over before we would look again.
  if (plan.handover == nullptr) KEELSON_TRY(bear_children_inside(child.pidfd.get()));
  // Now that the child opens no more files itself: a workload may be given very few.
  KEELSON_TRY(sec::apply_rlimits(child.pid, spec.process.rlimits));
  KEELSON_TRY(channel.send(MessageKind::proceed));
  KEELSON_TRY(channel.expect_end());
  // One that waits at a gate has not come to its execve.
  if (plan.handover == nullptr || plan.handover->gate < 0) KEELSON_TRY(verify_time_namespace(spec, child.pid));
  return console;
}

}  // namespace

Result<StartedProcess> start_container(const spec::ContainerSpec& spec, const spec::Launch& launch, const cgroup::Cgroup& cgroup, ChildIo io,
                                       const Handover* handover) {
  Plan plan{spec, {}, {}, cgroup.task_fds(), handover};
  plan.joined_cgroup = KEELSON_TRY(open_joined_cgroup(spec));
  if (spec.seccomp) plan.filter = KEELSON_TRY(sec::compile_seccomp(*spec.seccomp));
  KEELSON_TRY(give_streams(io, spec, spec.process.user));
  std::vector<sys::UniqueFd> binds = KEELSON_TRY(mount::open_binds(spec, launch));
  KEELSON_TRY(enter_private_mounts());
  plan.host = KEELSON_TRY(mount::open_host_mounts(spec, std::move(binds), launch.run_dir));
  plan.host.links = launch.links;
  KEELSON_TRY(enter_rootfs(spec, launch, plan.host));
  auto [ours, theirs] = KEELSON_TRY(Channel::pair(patience_for(spec)));

  // The cgroup namespace is the child's own step, after it has joined the group; so is that of time, whose clocks are set before anybody is in it.
  plan.user = KEELSON_TRY(open_joined_user(spec));
  const uint64_t namespaces = plan.user ? 0 : ns::new_flags(spec) & ~kMadeLater;
  JoinedNamespaces joined = KEELSON_TRY(JoinedNamespaces::enter(spec, handover != nullptr));
  Clone child = KEELSON_TRY(clone_into(cgroup, namespaces));
  if (child.pid == 0) {
    ours.close();
    run_child(plan, theirs, std::move(io));
  }
  theirs.close();
  sys::ScopeExit undo([&child] { discard(child); });
  KEELSON_TRY(joined.leave());
  if (::chdir("/") != 0) return os_error(Stage::mount_rootfs, "cannot leave the root filesystem");
  sys::UniqueFd console = KEELSON_TRY(guide_child(plan, launch, child, ours));
  undo.dismiss();
  return StartedProcess{child.pid, std::move(child.pidfd), std::move(console)};
}

}  // namespace keelson::proc
