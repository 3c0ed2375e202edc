// exec: a further process in a container that runs.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "arguments.h"
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "cgroup/hierarchy.h"
#include "lifecycle.h"
#include "spec/decode.h"
#include "spec/json.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"
#include "terminal.h"
#include "verbs.h"
#include "words.h"

namespace keelson::runtime {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

// runc's status for an exec that did not come about; callers tell it from the program's own.
constexpr int kCouldNotExec = 255;

Result<uint32_t> parse_id(const std::string& text) {
  const int64_t id = KEELSON_TRY(parse_number("user", text));
  if (id < 0 || id > UINT32_MAX) return Error{Stage::args, EINVAL, "the id " + text + " is out of range"};
  return static_cast<uint32_t>(id);
}

Result<void> apply_user_flag(const std::string& text, spec::User& user) {
  if (text.empty()) return {};
  const size_t colon = text.find(':');
  user.uid = KEELSON_TRY(parse_id(text.substr(0, colon)));
  if (colon != std::string::npos) user.gid = KEELSON_TRY(parse_id(text.substr(colon + 1)));
  return {};
}

Result<void> add_capabilities(const std::vector<std::string>& names, spec::Capabilities& sets) {
  const auto all = spec::capability_names();
  for (const std::string& name : names) {
    const auto found = std::find(all.begin(), all.end(), name);
    if (found == all.end()) return Error{Stage::args, EINVAL, "\"" + name + "\" is no capability"};
    const uint64_t bit = uint64_t{1} << (found - all.begin());
    for (uint64_t* set : {&sets.bounding, &sets.effective, &sets.permitted, &sets.inheritable}) *set |= bit;
  }
  return {};
}

// The container's own process with what the flags change.
Result<spec::Process> process_of_flags(const Arguments& arguments, spec::Process process) {
  process.args.assign(arguments.rest().begin() + 1, arguments.rest().end());
  process.terminal = arguments.has("tty");
  process.console_rows = process.console_cols = 0;
  if (arguments.has("cwd")) process.cwd = arguments.value("cwd");
  for (const std::string& one : arguments.values("env")) process.env.push_back(one);
  KEELSON_TRY(apply_user_flag(arguments.value("user"), process.user));
  for (const std::string& gid : arguments.values("additional-gids")) process.user.additional_gids.push_back(KEELSON_TRY(parse_id(gid)));
  KEELSON_TRY(add_capabilities(arguments.values("cap"), process.capabilities));
  if (arguments.has("no-new-privs")) process.no_new_privileges = true;
  if (arguments.has("apparmor")) process.apparmor_profile = arguments.value("apparmor");
  return process;
}

Result<spec::Process> process_of_file(const std::string& file) {
  const std::string text = KEELSON_TRY(sys::read_file(Stage::spec_read, file, spec::JsonDocument::kMaxBytes));
  const spec::JsonDocument document = KEELSON_TRY(spec::JsonDocument::parse(text, "process.json"));
  spec::Process process = spec::decode_process(document.root());
  KEELSON_TRY(document.finish());
  return process;
}

Result<void> check(const Arguments& arguments, const spec::Process& process, Status now) {
  if (now == Status::stopped) return Error{Stage::proc_state, ESRCH, "cannot exec in a stopped container"};
  if (now == Status::paused && !arguments.has("ignore-paused"))
    return Error{Stage::proc_state, EBUSY, "cannot exec in a paused container (use --ignore-paused to override)"};
  if (arguments.has("process-label")) return Error{Stage::args, ENOTSUP, "--process-label is not supported"};
  if (arguments.has("cgroup")) return Error{Stage::args, ENOTSUP, "--cgroup is not supported"};
  const bool detach = arguments.has("detach");
  if (process.terminal && detach && !arguments.has("console-socket"))
    return Error{Stage::proc_console, EINVAL, "cannot allocate tty if the runtime will detach without setting console socket"};
  if (arguments.has("console-socket") && (!process.terminal || !detach))
    return Error{Stage::proc_console, EINVAL, "cannot use console socket if the runtime will not detach or allocate tty"};
  return {};
}

// Where a container has made groups of its own, its upper one may have no processes (cgroup-v2.rst, "No Internal Process Constraint"); the group of
// its first process takes them.
Result<cgroup::Cgroup> group_for(const Container& container) {
  const std::string& path = container.record().cgroup;
  cgroup::Cgroup group = KEELSON_TRY(cgroup::Cgroup::open(path));
  if (group.version() == cgroup::Version::v1) return group;
  const std::string file = "/proc/" + std::to_string(container.record().pid) + "/cgroup";
  const std::string text = KEELSON_TRY(sys::read_file(Stage::cgroup_read, file, 65536));
  for (const std::string& line : cgroup::split_words(text, "\n"))
    if (line.starts_with("0::" + path + "/")) return cgroup::Cgroup::open(line.substr(3));
  return group;
}

Result<proc::StartedProcess> start_in(const Container& container, const spec::ContainerSpec& spec, const spec::Process& process, unsigned kept) {
  const sys::UniqueFd first = KEELSON_TRY(container.process());
  const cgroup::Cgroup group = KEELSON_TRY(group_for(container));
  // Our children are born there from now on.
  const sys::UniqueFd pids = KEELSON_TRY(sys::open_path(Stage::ns_join, "/proc/" + std::to_string(container.record().pid) + "/ns/pid", O_RDONLY));
  if (::setns(pids.get(), CLONE_NEWPID) != 0) return os_error(Stage::ns_join, "cannot enter the container's pid namespace");
  proc::Handover handover;
  handover.kept_files = kept;
  proc::ChildIo streams = KEELSON_TRY(inherited_streams());
  return in_callers_words(proc::exec_in_container(first.get(), spec, process, group, std::move(streams), &handover), process);
}

Result<int> execute(const Context& context, const Arguments& arguments) {
  const std::string pid_file = from_here(arguments.value("pid-file"));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front()));
  const spec::ContainerSpec spec = KEELSON_TRY(saved_spec(container));
  spec::Process process = arguments.has("process") ? KEELSON_TRY(process_of_file(arguments.value("process")))
                                                   : KEELSON_TRY(process_of_flags(arguments, spec.process));
  KEELSON_TRY(check(arguments, process, container.status()));
  leave_out_what_is_not_ours(spec, process, context.log);
  const unsigned kept = KEELSON_TRY(kept_files(arguments.value("preserve-fds")));
  const proc::StartedProcess started = KEELSON_TRY(start_in(container, spec, process, kept));
  sys::ScopeExit undo([&started] { (void)sys::pidfd_send_signal(started.pidfd.get(), SIGKILL); });
  if (arguments.has("console-socket")) KEELSON_TRY(send_console(from_here(arguments.value("console-socket")), started.console.get()));
  if (!pid_file.empty()) KEELSON_TRY(write_pid_file(pid_file, started.pid));
  undo.dismiss();
  return arguments.has("detach") ? Result<int>(0) : attend(started);
}

}  // namespace

Outcome exec(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"console-socket", ""},
                                                                   {"cwd", ""},
                                                                   {"env", "e"},
                                                                   {"tty", "t", false},
                                                                   {"user", "u"},
                                                                   {"additional-gids", "g"},
                                                                   {"process", "p"},
                                                                   {"detach", "d", false},
                                                                   {"pid-file", ""},
                                                                   {"process-label", ""},
                                                                   {"apparmor", ""},
                                                                   {"no-new-privs", "", false},
                                                                   {"cap", "c"},
                                                                   {"preserve-fds", ""},
                                                                   {"cgroup", ""},
                                                                   {"ignore-paused", "", false}}));
  KEELSON_TRY(arguments.expect("exec", arguments.has("process") ? 1 : 2, SIZE_MAX));
  const Result<int> ended = execute(context, arguments);
  if (ended.ok()) return ended;
  context.log.error("exec failed: " + ended.error().detail);
  return kCouldNotExec;
}

}  // namespace keelson::runtime
