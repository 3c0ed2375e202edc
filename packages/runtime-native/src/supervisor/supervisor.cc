#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "exit_status.h"
#include "proc/live_change.h"
#include "spec/decode.h"
#include "spec/json_text.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"

namespace keelson::supervisor {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

// How long clients may take to fetch the last of what is theirs after the container has ended.
constexpr std::chrono::seconds kFarewell{2};

// How long processes may take to stop when the container is paused, and how often they are looked at.
constexpr std::chrono::seconds kPausePatience{5};
constexpr std::chrono::milliseconds kPausePause{5};

// SIGCHLD by descriptor; the others must not end us: the container would go with us. A container is stopped by its server's word.
Result<UniqueFd> take_signals() {
  for (const int ignored : {SIGPIPE, SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2}) ::signal(ignored, SIG_IGN);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  if (::sigprocmask(SIG_SETMASK, &child, nullptr) != 0) return os_error(Stage::proc_signal, "cannot block SIGCHLD");
  UniqueFd signals(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return os_error(Stage::proc_signal, "cannot receive SIGCHLD");
  return signals;
}

Result<void> require_root_peer(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return os_error(Stage::supervisor_control, "cannot ask who the client is");
  if (peer.uid != 0) return Error{Stage::supervisor_control, EPERM, "only root may control a container"};
  return {};
}

}  // namespace

// ---- start ----

Result<Running> Supervisor::start() {
  sys::ScopeExit undo([this] { undo_start(); });
  boot_ = KEELSON_TRY(boot_id());
  signals_ = KEELSON_TRY(take_signals());
  // What is most likely to be refused comes first: a taken port, a bad limit.
  KEELSON_TRY(ports_.listen(launch_.ports));
  run_.emplace(KEELSON_TRY(RunDirectory::make(launch_.run_dir)));
  io_.emplace(loop_, KEELSON_TRY(LogWriter::open(launch_.log_dir, {launch_.log_max_bytes, launch_.log_max_files})));
  cgroup_ = KEELSON_TRY(cgroup::Cgroup::create(spec_.cgroups_path, spec_.resources));
  control_ = KEELSON_TRY(run_->listen());
  exit_file_.emplace(KEELSON_TRY(ExitFile::reserve(launch_.exit_file)));
  KEELSON_TRY(start_process());
  undo.dismiss();
  return running_;
}

Result<void> Supervisor::start_process() {
  Pipes pipes = KEELSON_TRY(make_pipes(spec_.process.terminal, launch_.stdin_open));
  process_ = KEELSON_TRY(proc::start_container(spec_, launch_, *cgroup_, std::move(pipes.child)));
  running_ = {process_.pid, KEELSON_TRY(start_ticks(process_.pid)), nanoseconds_since_epoch()};
  KEELSON_TRY(io_->begin(std::move(pipes), std::move(process_.console), launch_.stdin_open));
  KEELSON_TRY(run_->write_state(state_text(launch_, running_, spec_.cgroups_path, boot_, {})));
  KEELSON_TRY(loop_.watch(signals_.get(), EPOLLIN, [this](uint32_t) { reap(); }));
  return loop_.watch(control_.get(), EPOLLIN, [this](uint32_t) { accept_clients(); });
}

void Supervisor::undo_start() {
  if (process_.pidfd) (void)sys::pidfd_send_signal(process_.pidfd.get(), SIGKILL);
  if (cgroup_) (void)cgroup_->destroy();
  ports_.close();
  if (run_) run_->remove();
}

// ---- service ----

Result<void> Supervisor::serve() {
  KEELSON_TRY(loop_.run());
  run_->remove();
  return {};
}

void Supervisor::accept_clients() {
  for (;;) {
    UniqueFd socket(::accept4(control_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EMFILE || errno == ENFILE) loop_.rest(control_.get());
      return;
    }
    sweep();
    const Result<void> allowed = require_root_peer(socket.get());
    const auto client = std::make_shared<Client>(loop_, std::move(socket));
    if (!client->begin().ok()) continue;
    if (!allowed.ok() || clients_.size() >= kMaxClients) {
      const Error full{Stage::supervisor_control, EMFILE, "too many clients of this container"};
      client->send(FrameType::response, error_text(allowed.ok() ? full : allowed.error()));
      client->close_when_sent();
      continue;
    }
    client->on_frame = [this, weak = std::weak_ptr(client)](const Frame& frame) {
      const auto self = weak.lock();
      if (!self) return;
      if (frame.type == FrameType::request) return take_request(self, frame.payload);
      self->close();
    };
    clients_.push_back(client);
  }
}

void Supervisor::take_request(const std::shared_ptr<Client>& client, std::string_view text) {
  Result<spec::JsonDocument> document = spec::JsonDocument::parse(text, "the request");
  const Result<void> answered = document.ok() ? answer(client, document.value().root()) : Result<void>(document.error());
  if (answered.ok()) return;
  client->send(FrameType::response, error_text(answered.error()));
  client->close_when_sent();
}

Result<void> Supervisor::answer(const std::shared_ptr<Client>& client, const spec::JsonValue& request) {
  const std::string op = request["op"].string();
  if (op == "exec") return answer_exec(client, request);
  if (op == "update") return answer_update(client, request);
  if (op == "pause") return answer_pause(client);
  if (op == "unpause") return answer_unpause(client);
  if (op == "signal") {
    const int signal = static_cast<int>(request["signal"].integer(1, 64));
    if (sys::pidfd_send_signal(process_.pidfd.get(), signal) != 0) return os_error(Stage::proc_signal, "cannot signal the container");
    sent_signals_[signal] = nanoseconds_since_epoch();
  } else if (op == "resize") {
    KEELSON_TRY(io_->resize(request["rows"].u16(), request["cols"].u16()));
  } else if (op == "clear-log") {
    KEELSON_TRY(io_->clear_log());
  } else if (op != "state" && op != "watch" && op != "attach") {
    return Error{Stage::protocol, EINVAL, "\"" + op + "\" is no request"};
  }
  send_state(client);
  if (op == "attach") io_->attach(client, request["stdin"].boolean());
  if (op != "attach" && op != "watch") {
    client->close_when_sent();
    return {};
  }
  if (op == "watch") client->on_frame = [](const Frame&) {};
  if (exit_)
    send_exit(client);
  else
    watchers_.push_back(client);
  return {};
}

Result<void> Supervisor::answer_exec(const std::shared_ptr<Client>& client, const spec::JsonValue& request) {
  sweep();
  if (exit_) return Error{Stage::ns_join, ESRCH, "the container is not running"};
  // It would stop with the others before its program runs, and we would wait for it.
  if (paused()) return Error{Stage::cgroup_freeze, EBUSY, "the container is paused"};
  if (execs_.size() + ended_execs_.size() >= kMaxExecs) return Error{Stage::supervisor_control, EMFILE, "too many processes were added to this container"};
  const spec::Process process = spec::decode_process(request["process"]);
  const ExecSession::Wish wish{request["stdin"].boolean(), request["endWithClient"].boolean()};
  KEELSON_TRY(request.document_is_fine());
  Pipes pipes = KEELSON_TRY(make_pipes(process.terminal, wish.with_stdin));
  proc::StartedProcess started =
      KEELSON_TRY(proc::exec_in_container(process_.pidfd.get(), spec_, process, *cgroup_, std::move(pipes.child)));
  const pid_t pid = started.pid;
  const auto session = std::make_shared<ExecSession>(loop_, client, std::move(started));
  execs_.emplace(pid, session);
  client->send(FrameType::response, spec::JsonText().add("ok", true).add("pid", pid).text());
  return session->begin(std::move(pipes), wish);
}

// ---- pause ----

Result<void> Supervisor::answer_pause(const std::shared_ptr<Client>& client) {
  if (exit_) return Error{Stage::cgroup_freeze, ESRCH, "the container is not running"};
  pause_wanted_ = true;
  await_pause(client, Loop::Clock::now() + kPausePatience);
  return {};
}

// v1 has no event for "all have stopped": asked again and again. There the wish is repeated as well, since a process that was born meanwhile
// may have missed it.
void Supervisor::await_pause(const std::weak_ptr<Client>& weak, Loop::Clock::time_point end) {
  const auto client = weak.lock();
  const Result<void> asked = pause_wanted_ ? cgroup_->set_frozen(true) : Error{Stage::cgroup_freeze, ECANCELED, "the container was unpaused meanwhile"};
  const Result<cgroup::FreezerState> state = cgroup_->freezer_state();
  const bool frozen = state.ok() && state.value() == cgroup::FreezerState::frozen;
  if (asked.ok() && !frozen && !exit_ && Loop::Clock::now() < end) return loop_.after(kPausePause, [this, weak, end] { await_pause(weak, end); });
  if (!frozen) (void)cgroup_->set_frozen(false);
  if (!client) return;
  if (frozen)
    send_state(client);
  else
    client->send(FrameType::response, error_text(asked.ok() ? Error{Stage::cgroup_freeze, EBUSY, "a process of the container does not stop"} : asked.error()));
  client->close_when_sent();
}

// One request carries both directions, so that a change that is refused half-way is taken back here, whatever becomes of the server.
Result<void> Supervisor::answer_update(const std::shared_ptr<Client>& client, const spec::JsonValue& request) {
  const spec::LiveChange change = spec::decode_live_change(request["change"]);
  const spec::LiveChange undo = spec::decode_live_change(request["undo"]);
  KEELSON_TRY(request.document_is_fine());
  if (exit_) return Error{Stage::ns_join, ESRCH, "the container is not running"};
  proc::LiveTarget target{*cgroup_, process_.pidfd.get(), {process_.pid}};
  for (const auto& [pid, session] : execs_) target.processes.push_back(pid);
  const Result<void> changed = proc::apply_live_change(target, change);
  if (!changed.ok()) {
    (void)proc::apply_live_change(target, undo);
    return changed;
  }
  send_state(client);
  client->close_when_sent();
  return {};
}

Result<void> Supervisor::answer_unpause(const std::shared_ptr<Client>& client) {
  pause_wanted_ = false;
  if (!exit_) KEELSON_TRY(cgroup_->set_frozen(false));
  send_state(client);
  client->close_when_sent();
  return {};
}

bool Supervisor::paused() const {
  if (exit_ || !cgroup_) return false;
  const Result<cgroup::FreezerState> state = cgroup_->freezer_state();
  return state.ok() && state.value() != cgroup::FreezerState::thawed;
}

void Supervisor::send_state(const std::shared_ptr<Client>& client) {
  client->send(FrameType::response, state_text(launch_, running_, spec_.cgroups_path, boot_, {exit_.has_value(), paused()}));
}

void Supervisor::send_exit(const std::shared_ptr<Client>& client) {
  client->send(FrameType::exit, *exit_);
  client->close_when_sent();
}

void Supervisor::sweep() {
  std::erase_if(clients_, [](const std::shared_ptr<Client>& client) { return !client->open(); });
  std::erase_if(ended_execs_, [](const std::shared_ptr<ExecSession>& session) { return session->done(); });
}

// ---- end ----

void Supervisor::reap() {
  signalfd_siginfo drained[8];
  while (::read(signals_.get(), drained, sizeof drained) > 0) {
  }
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (pid == process_.pid) {
      finish(status);
      continue;
    }
    const auto exec = execs_.find(pid);
    if (exec == execs_.end()) continue;
    const std::shared_ptr<ExecSession> session = exec->second;
    execs_.erase(exec);
    ended_execs_.push_back(session);
    session->ended(status);
  }
}

// The order is the promise: the end is on disk before anybody hears of it, and a new run can begin as soon as somebody does.
void Supervisor::finish(int wait_status) {
  Exit exit{process_.pid, exit_status_of(wait_status), running_.started_at, nanoseconds_since_epoch(), sent_signals_, 0, std::nullopt, {}};
  io_->finish();
  ports_.close();
  if (const Result<uint64_t> kills = cgroup_->oom_kills(); kills.ok()) exit.oom_kills = kills.value();
  if (exit.oom_kills > 0) exit.oom_victim = find_oom_victim({cgroup_->path(), process_.pid}, running_.started_at);
  exit.usage = cgroup::read_usage(*cgroup_);
  exit_ = exit_text(launch_, exit, boot_);
  const Result<void> recorded = exit_file_->commit(*exit_);
  if (!recorded.ok()) (void)!::write(STDERR_FILENO, recorded.error().detail.data(), recorded.error().detail.size());
  (void)cgroup_->destroy();
  run_->retire();

  // Connections that wait to be accepted would otherwise be refused with their question unheard.
  accept_clients();
  loop_.forget(control_.get());
  control_.reset();
  for (const std::weak_ptr<Client>& weak : watchers_)
    if (const auto client = weak.lock()) send_exit(client);
  // The next run waits until this one has written its files to the image.
  if (launch_.rootfs && !launch_.rootfs->image.empty()) run_->release_mounts();
  loop_.after(kFarewell, [this] { loop_.stop(); });
  const std::function<void()> leave = [this] {
    if (everybody_told()) loop_.stop();
  };
  for (const std::shared_ptr<Client>& client : clients_) client->on_drained = client->on_closed = leave;
  loop_.after(std::chrono::milliseconds(0), leave);
}

bool Supervisor::everybody_told() {
  sweep();
  return clients_.empty() && execs_.empty();
}

}  // namespace keelson::supervisor
