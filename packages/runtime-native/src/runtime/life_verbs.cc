// create, start, run, state, delete.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "arguments.h"
#include "cgroup/cgroup.h"
#include "lifecycle.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"
#include "terminal.h"
#include "verbs.h"

namespace keelson::runtime {

using sys::Error;
using sys::Result;
using sys::Stage;

namespace {

// How long a process that was killed may take to be gone.
constexpr int kEndMilliseconds = 10'000;

Error in_words(const char* verb, Error error) {
  error.detail = std::string("keelson-runtime ") + verb + " failed: " + error.detail;
  return error;
}

Result<Created> create_from(const Context& context, const Arguments& arguments, bool serves_terminal) {
  if (arguments.has("no-pivot"))
    return Error{Stage::args, ENOTSUP, "--no-pivot is not supported: without pivot_root(2) a container could leave its root filesystem"};
  CreateOptions options;
  options.bundle = arguments.value("bundle");
  options.console_socket = arguments.value("console-socket");
  options.pid_file = arguments.value("pid-file");
  options.kept_files = KEELSON_TRY(kept_files(arguments.value("preserve-fds")));
  options.serves_terminal = serves_terminal;
  return create_container(context, arguments.rest().front(), options);
}

Result<int> run_attended(const Context& context, Created& created) {
  KEELSON_TRY(start_container(context, created.container, created.spec));
  return attend(created.process);
}

// In the foreground we are its parent, and end with it; --keep leaves what it was for a look.
Result<int> run_created(const Context& context, Created created, bool detach, bool keep) {
  if (detach) {
    sys::ScopeExit undo([&] {
      (void)sys::pidfd_send_signal(created.process.pidfd.get(), SIGKILL);
      (void)remove_container(context, created.container);
    });
    KEELSON_TRY(start_container(context, created.container, created.spec));
    undo.dismiss();
    return 0;
  }
  const Result<int> ended = run_attended(context, created);
  if (!keep || !ended.ok()) KEELSON_TRY(remove_container(context, created.container));
  return ended;
}

Result<void> wait_for_end(const sys::UniqueFd& process) {
  pollfd ended{process.get(), POLLIN, 0};
  int got;
  do {
    got = ::poll(&ended, 1, kEndMilliseconds);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return Error{Stage::proc_state, EBUSY, "container init still running"};
  return {};
}

Result<void> end_by_force(const Container& container) {
  const Result<sys::UniqueFd> process = container.process();
  if (!process.ok()) return {};
  (void)sys::pidfd_send_signal(process.value().get(), SIGKILL);
  // v1: what is frozen does not die.
  const Result<cgroup::Cgroup> group = cgroup::Cgroup::open(container.record().cgroup);
  if (group.ok()) (void)group.value().set_frozen(false);
  return wait_for_end(process.value());
}

Result<void> remove_unfinished(const Context& context, const std::string& id) {
  Result<Container> container = context.store.open_unfinished(id);
  if (!container.ok()) return container.error().err == ENOENT ? Result<void>() : container.error();
  return container.value().remove();
}

}  // namespace

Outcome create(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(
      words, {{"bundle", "b"}, {"console-socket", ""}, {"pid-file", ""}, {"no-pivot", "", false}, {"no-new-keyring", "", false}, {"preserve-fds", ""}}));
  KEELSON_TRY(arguments.expect("create", 1, 1));
  const Result<Created> created = create_from(context, arguments, false);
  if (!created.ok()) return in_words("create", created.error());
  return 0;
}

Outcome start(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {}));
  KEELSON_TRY(arguments.expect("start", 1, 1));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front(), true));
  switch (container.status()) {
    case Status::created:
      break;
    case Status::creating:
      return Error{Stage::proc_state, EINVAL, "cannot start a container whose creation did not come to its end; delete it by force"};
    case Status::stopped:
      return Error{Stage::proc_state, EINVAL, "cannot start a container that has stopped"};
    case Status::paused:
      return Error{Stage::proc_state, EINVAL, "cannot start a container in the paused state"};
    default:
      return Error{Stage::proc_state, EINVAL, "cannot start an already running container"};
  }
  const Result<void> started = start_container(context, container, KEELSON_TRY(saved_spec(container)));
  if (!started.ok()) return in_words("start", started.error());
  return 0;
}

Outcome run(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"bundle", "b"},
                                                                   {"console-socket", ""},
                                                                   {"detach", "d", false},
                                                                   {"keep", "", false},
                                                                   {"pid-file", ""},
                                                                   {"no-subreaper", "", false},
                                                                   {"no-pivot", "", false},
                                                                   {"no-new-keyring", "", false},
                                                                   {"preserve-fds", ""}}));
  KEELSON_TRY(arguments.expect("run", 1, 1));
  const bool detach = arguments.has("detach");
  Result<Created> created = create_from(context, arguments, !detach);
  if (!created.ok()) return in_words("run", created.error());
  const Result<int> ended = run_created(context, std::move(created).value(), detach, arguments.has("keep"));
  if (!ended.ok()) return in_words("run", ended.error());
  return ended;
}

Outcome state(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {}));
  KEELSON_TRY(arguments.expect("state", 1, 1));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front()));
  print(state_json(container.record(), container.status()) + "\n");
  return 0;
}

Outcome remove(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"force", "f", false}}));
  KEELSON_TRY(arguments.expect("delete", 1, 1));
  const std::string& id = arguments.rest().front();
  const bool force = arguments.has("force");
  Result<Container> container = context.store.open(id, true);
  if (!container.ok()) {
    if (!force || container.error().err != ENOENT) return container.error();
    KEELSON_TRY(remove_unfinished(context, id));
    return 0;
  }
  const Status now = container.value().status();
  // One that was never started has nothing to lose.
  if (!force && now != Status::stopped && now != Status::created)
    return Error{Stage::proc_state, EBUSY, "cannot delete container " + id + " that is not stopped: " + status_name(now)};
  KEELSON_TRY(end_by_force(container.value()));
  KEELSON_TRY(remove_container(context, container.value()));
  return 0;
}

}  // namespace keelson::runtime
