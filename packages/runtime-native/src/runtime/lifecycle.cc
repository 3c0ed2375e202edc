#include "lifecycle.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "arguments.h"
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "process_entry.h"
#include "proc/channel.h"
#include "proc/hook.h"
#include "spec/decode.h"
#include "spec/json_text.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"
#include "terminal.h"
#include "words.h"

namespace keelson::runtime {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

// What hooks read: the state of runtime.md, and no more.
std::string hook_state(Record record, pid_t pid, const char* status) {
  spec::JsonText annotations;
  for (const auto& [key, value] : record.annotations) annotations.add(key, value);
  spec::JsonText text;
  text.add("ociVersion", record.oci_version).add("id", record.id).add("status", status).add("pid", pid).add("bundle", record.bundle);
  if (!record.annotations.empty()) text.raw("annotations", annotations.text());
  return text.text();
}

Record record_of(const Bundle& bundle, const std::string& id) {
  Record record;
  record.oci_version = bundle.oci_version;
  record.id = id;
  record.bundle = bundle.directory;
  record.rootfs = bundle.spec.root_path;
  record.created = utc_now(true);
  record.cgroup = bundle.spec.cgroups_path;
  record.owner = ::getuid();
  record.annotations = bundle.spec.annotations;
  return record;
}

Result<void> check_terminal(const spec::Process& process, const CreateOptions& options) {
  if (process.terminal && options.console_socket.empty() && !options.serves_terminal)
    return Error{Stage::proc_console, EINVAL, "cannot allocate tty if the runtime will detach without setting console socket"};
  if (!options.console_socket.empty() && (!process.terminal || options.serves_terminal))
    return Error{Stage::proc_console, EINVAL, "cannot use console socket if the runtime will not detach or allocate tty"};
  return {};
}

// The host's mounts, while the recipe gives this process some of its own.
class HostMountNamespace {
 public:
  static Result<HostMountNamespace> open() {
    HostMountNamespace own;
    own.file_ = KEELSON_TRY(sys::open_path(Stage::ns_join, "/proc/self/ns/mnt", O_RDONLY));
    return own;
  }
  Result<void> enter() const {
    if (::setns(file_.get(), CLONE_NEWNS) != 0) return os_error(Stage::ns_join, "cannot return to the host's mounts");
    return {};
  }

 private:
  UniqueFd file_;
};

Result<void> run_creation_hooks(const spec::Hooks& hooks, const std::string& state) {
  KEELSON_TRY(proc::run_hooks("prestart", hooks.prestart, state));
  return proc::run_hooks("createRuntime", hooks.create_runtime, state);
}

Result<void> note_start(Container& container, Record record, pid_t pid) {
  record.boot_id = KEELSON_TRY(boot_id());
  record.pid = pid;
  const auto entry = read_process(pid);
  record.start_ticks = entry ? entry->start_ticks : 0;
  return container.save(std::move(record));
}

Result<proc::StartedProcess> start_first_process(const Bundle& bundle, const Container& container, const cgroup::Cgroup& group, unsigned kept) {
  const Record record = record_of(bundle, container.id());
  const HostMountNamespace host = KEELSON_TRY(HostMountNamespace::open());
  const UniqueFd gate = KEELSON_TRY(container.listen_at_gate());
  proc::Handover handover;
  handover.kept_files = kept;
  handover.gate = gate.get();
  handover.state = [&](pid_t pid, const char* status) { return hook_state(record, pid, status); };
  handover.mounted = [&](pid_t pid) -> Result<void> {
    KEELSON_TRY(host.enter());
    return run_creation_hooks(bundle.spec.hooks, hook_state(record, pid, "creating"));
  };
  spec::Launch launch;
  launch.id = container.id();
  launch.run_dir = container.directory();
  proc::ChildIo streams = KEELSON_TRY(inherited_streams());
  proc::StartedProcess process =
      KEELSON_TRY(in_callers_words(proc::start_container(bundle.spec, launch, group, std::move(streams), &handover), bundle.spec.process));
  sys::ScopeExit undo([&process] { (void)sys::pidfd_send_signal(process.pidfd.get(), SIGKILL); });
  KEELSON_TRY(host.enter());
  undo.dismiss();
  return process;
}

}  // namespace

Result<Created> create_container(const Context& context, const std::string& id, const CreateOptions& options) {
  const std::string pid_file = from_here(options.pid_file);
  const std::string console_socket = from_here(options.console_socket);
  Container container = KEELSON_TRY(context.store.make(id));
  sys::ScopeExit forget([&] { (void)container.remove(); });
  Bundle bundle = KEELSON_TRY(load_bundle(options.bundle, id, context.systemd_cgroup, context.log));
  KEELSON_TRY(check_terminal(bundle.spec.process, options));
  KEELSON_TRY(container.save_config(bundle.text));
  // Whoever finds it after we were killed knows the group to clear.
  KEELSON_TRY(container.save(record_of(bundle, id)));
  const cgroup::Cgroup group = KEELSON_TRY(cgroup::Cgroup::create(bundle.spec.cgroups_path, bundle.spec.resources));
  sys::ScopeExit dissolve([&] { (void)cgroup::Cgroup::remove(bundle.spec.cgroups_path); });
  proc::StartedProcess process = KEELSON_TRY(start_first_process(bundle, container, group, options.kept_files));
  if (process.console && !options.serves_terminal) KEELSON_TRY(send_console(console_socket, process.console.get()));
  KEELSON_TRY(note_start(container, record_of(bundle, id), process.pid));
  if (!pid_file.empty()) KEELSON_TRY(write_pid_file(pid_file, process.pid));
  dissolve.dismiss();
  forget.dismiss();
  return Created{std::move(container), std::move(process), std::move(bundle.spec)};
}

Result<void> start_container(const Context& context, const Container& container, const spec::ContainerSpec& spec) {
  const proc::Channel channel(KEELSON_TRY(container.connect_to_gate()));
  container.remove_gate();
  KEELSON_TRY(in_callers_words(channel.expect_end(), spec.process));
  const std::string state = hook_state(container.record(), container.record().pid, "running");
  // A container that runs is not ended by them (runtime.md "Lifecycle").
  if (const Result<void> ran = proc::run_hooks("poststart", spec.hooks.poststart, state); !ran.ok()) context.log.warn(ran.error().detail);
  return {};
}

Result<void> remove_container(const Context& context, Container& container) {
  const Record record = container.record();
  const Result<spec::ContainerSpec> spec = saved_spec(container);
  KEELSON_TRY(cgroup::Cgroup::remove(record.cgroup));
  KEELSON_TRY(container.remove());
  if (!spec.ok()) return {};
  const std::string state = hook_state(record, 0, "stopped");
  if (const Result<void> ran = proc::run_hooks("poststop", spec.value().hooks.poststop, state); !ran.ok()) context.log.warn(ran.error().detail);
  return {};
}

Result<spec::ContainerSpec> saved_spec(const Container& container) {
  return spec::decode_config(KEELSON_TRY(container.config()), spec::Author::other);
}

Result<unsigned> kept_files(const std::string& asked) {
  constexpr int64_t kMost = 1024;
  int64_t count = asked.empty() ? 0 : KEELSON_TRY(parse_number("preserve-fds", asked));
  if (const char* listened = ::getenv("LISTEN_FDS"); listened != nullptr && *listened != '\0') count += KEELSON_TRY(parse_number("LISTEN_FDS", listened));
  if (count < 0 || count > kMost) return Error{Stage::args, EINVAL, "at most " + std::to_string(kMost) + " files can be preserved"};
  for (int file = STDERR_FILENO + 1; file <= STDERR_FILENO + count; ++file)
    if (::fcntl(file, F_GETFD) < 0) return Error{Stage::args, EBADF, "file descriptor " + std::to_string(file) + " is to be preserved and is not open"};
  return static_cast<unsigned>(count);
}

Result<proc::ChildIo> inherited_streams() {
  UniqueFd copies[3];
  for (int stream = 0; stream < 3; ++stream) {
    copies[stream].reset(::fcntl(stream, F_DUPFD_CLOEXEC, 3));
    if (!copies[stream]) return os_error(Stage::proc_stdio, "cannot take standard stream " + std::to_string(stream) + " over");
  }
  return proc::ChildIo{std::move(copies[0]), std::move(copies[1]), std::move(copies[2])};
}

Result<void> write_pid_file(const std::string& path, pid_t pid) {
  const size_t slash = path.rfind('/');
  const std::string part = path.substr(0, slash + 1) + "." + path.substr(slash + 1);
  const UniqueFd file = KEELSON_TRY(sys::open_path(Stage::proc_state, part, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  KEELSON_TRY(sys::write_all(Stage::proc_state, file.get(), std::to_string(pid), path));
  if (::rename(part.c_str(), path.c_str()) != 0) return os_error(Stage::proc_state, "cannot write the pid file " + path);
  return {};
}

std::string from_here(const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  char* here = ::getcwd(nullptr, 0);
  std::string whole = (here != nullptr ? std::string(here) : "") + "/" + path;
  ::free(here);
  return whole;
}

}  // namespace keelson::runtime
