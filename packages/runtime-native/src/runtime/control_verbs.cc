// kill, pause, resume, update, ps: what is done to or asked of a container that runs.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "arguments.h"
#include "cgroup/cgroup.h"
#include "cgroup/hierarchy.h"
#include "group_processes.h"
#include "lifecycle.h"
#include "ns/flags.h"
#include "spec/decode.h"
#include "spec/json_text.h"
#include "sys/fs.h"
#include "sys/syscalls.h"
#include "verbs.h"

namespace keelson::runtime {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

constexpr int kFreezeMilliseconds = 5'000;

Error not_running() { return Error{Stage::proc_state, ESRCH, "container not running"}; }

// "9", "KILL", "SIGKILL", "sigkill", "RTMIN+3".
Result<int> parse_signal(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0 && number < NSIG) return number;
  std::string name;
  for (const char one : text) name += static_cast<char>(::toupper(static_cast<unsigned char>(one)));
  if (name.starts_with("SIG")) name.erase(0, 3);
  for (int signal = 1; signal < SIGRTMIN; ++signal)
    if (const char* known = ::sigabbrev_np(signal); known != nullptr && name == known) return signal;
  if (name.starts_with("RTMIN")) {
    int offset = 0;
    if (name.size() > 6) std::from_chars(name.data() + 6, name.data() + name.size(), offset);
    if (name.size() == 5 || (name[5] == '+' && offset > 0 && SIGRTMIN + offset <= SIGRTMAX)) return SIGRTMIN + offset;
  }
  return Error{Stage::args, EINVAL, "unknown signal \"" + text + "\""};
}

bool has_own_pids(const Container& container) {
  const Result<spec::ContainerSpec> spec = saved_spec(container);
  return !spec.ok() || (ns::all_flags(spec.value()) & CLONE_NEWPID) != 0;
}

Result<void> signal_everything(const Container& container, int signal) {
  const Result<cgroup::Cgroup> group = cgroup::Cgroup::open(container.record().cgroup);
  if (!group.ok()) return group.error().err == ENOENT ? Result<void>() : group.error();
  KEELSON_TRY(signal_group(group.value(), signal));
  if (signal == SIGKILL) (void)group.value().set_frozen(false);
  return {};
}

Result<void> signal_first(const Container& container, int signal) {
  const sys::UniqueFd process = KEELSON_TRY(container.process());
  if (sys::pidfd_send_signal(process.get(), signal) != 0) {
    if (errno == ESRCH) return not_running();
    return os_error(Stage::proc_signal, "cannot signal the container");
  }
  if (signal != SIGKILL) return {};
  // v1: what is frozen does not even die.
  const Result<cgroup::Cgroup> group = cgroup::Cgroup::open(container.record().cgroup);
  if (group.ok()) (void)group.value().set_frozen(false);
  return {};
}

Result<void> wait_until_frozen(const cgroup::Cgroup& group) {
  for (int waited = 0; waited < kFreezeMilliseconds; waited += 5) {
    if (KEELSON_TRY(group.freezer_state()) == cgroup::FreezerState::frozen) return {};
    // The kernel asks each process to stop; v1 has no event for the last one, and a second request helps where one was missed.
    const timespec pause{0, 5'000'000};
    ::nanosleep(&pause, nullptr);
    if (group.version() == cgroup::Version::v1 && waited % 50 == 0) KEELSON_TRY(group.set_frozen(true));
  }
  (void)group.set_frozen(false);
  return Error{Stage::cgroup_freeze, EBUSY, "the container's processes did not stop in time"};
}

// ---- update ----

struct ResourceFlag {
  const char* flag;
  const char* group;
  const char* field;
  bool text;
};

// In the words of the spec, so that flags and documents are read by one decoder.
constexpr ResourceFlag kResourceFlags[] = {
    {"memory", "memory", "limit", false},          {"memory-reservation", "memory", "reservation", false},
    {"memory-swap", "memory", "swap", false},      {"cpu-share", "cpu", "shares", false},
    {"cpu-quota", "cpu", "quota", false},          {"cpu-period", "cpu", "period", false},
    {"cpuset-cpus", "cpu", "cpus", true},          {"cpuset-mems", "cpu", "mems", true},
    {"pids-limit", "pids", "limit", false},        {"blkio-weight", "blockIO", "weight", false}};

Result<std::string> document_of_flags(const Arguments& arguments) {
  spec::JsonText whole;
  for (const char* group : {"memory", "cpu", "pids", "blockIO"}) {
    spec::JsonText part;
    for (const ResourceFlag& one : kResourceFlags) {
      if (std::string_view(one.group) != group || !arguments.has(one.flag)) continue;
      const std::string value = arguments.value(one.flag);
      if (one.text)
        part.add(one.field, value);
      else
        part.add(one.field, KEELSON_TRY(parse_number(one.flag, value)));
    }
    whole.raw(group, part.text());
  }
  return whole.text();
}

Result<std::string> update_document(const Arguments& arguments) {
  if (!arguments.has("resources")) return document_of_flags(arguments);
  const std::string file = arguments.value("resources");
  if (file == "-") return sys::read_fd(Stage::spec_read, STDIN_FILENO, spec::JsonDocument::kMaxBytes, "standard input");
  return sys::read_file(Stage::spec_read, file, spec::JsonDocument::kMaxBytes);
}

Result<spec::Resources> decode_update(const std::string& text) {
  const spec::JsonDocument document = KEELSON_TRY(spec::JsonDocument::parse(text, "resources"));
  spec::Resources resources = spec::decode_resources(document.root());
  KEELSON_TRY(document.finish());
  // What a container may open is settled when it is made.
  resources.devices.clear();
  return resources;
}

// ---- ps ----

std::string command_of(pid_t pid) {
  constexpr size_t kMaxCommand = 4096;
  const sys::Result<std::string> line = sys::read_file(Stage::proc_state, "/proc/" + std::to_string(pid) + "/cmdline", kMaxCommand);
  std::string text = line.ok() ? line.value() : "";
  while (!text.empty() && text.back() == '\0') text.pop_back();
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

// The first number after `field` in /proc/PID/status.
std::string status_field(pid_t pid, const std::string& field) {
  constexpr size_t kMaxStatus = 8192;
  const sys::Result<std::string> status = sys::read_file(Stage::proc_state, "/proc/" + std::to_string(pid) + "/status", kMaxStatus);
  if (!status.ok()) return "";
  for (const std::string& line : cgroup::split_words(status.value(), "\n"))
    if (line.starts_with(field + ":\t")) return cgroup::split_words(line, "\t ")[1];
  return "";
}

std::string padded(const std::string& text, size_t width) { return text + std::string(text.size() < width ? width - text.size() : 1, ' '); }

}  // namespace

Outcome kill(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"all", "a", false}}));
  KEELSON_TRY(arguments.expect("kill", 1, 2));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front()));
  const int signal = KEELSON_TRY(parse_signal(arguments.rest().size() > 1 ? arguments.rest()[1] : "SIGTERM"));
  if (arguments.has("all")) {
    KEELSON_TRY(signal_everything(container, signal));
    return 0;
  }
  KEELSON_TRY(signal_first(container, signal));
  // Without a pid namespace nobody ends the others with it.
  if (signal == SIGKILL && !has_own_pids(container)) KEELSON_TRY(signal_everything(container, signal));
  return 0;
}

Outcome pause(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {}));
  KEELSON_TRY(arguments.expect("pause", 1, 1));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front(), true));
  const Status now = container.status();
  if (now != Status::running && now != Status::created) return not_running();
  const cgroup::Cgroup group = KEELSON_TRY(cgroup::Cgroup::open(container.record().cgroup));
  KEELSON_TRY(group.set_frozen(true));
  KEELSON_TRY(wait_until_frozen(group));
  return 0;
}

Outcome resume(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {}));
  KEELSON_TRY(arguments.expect("resume", 1, 1));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front(), true));
  if (container.status() != Status::paused) return Error{Stage::proc_state, EINVAL, "container not paused"};
  const cgroup::Cgroup group = KEELSON_TRY(cgroup::Cgroup::open(container.record().cgroup));
  KEELSON_TRY(group.set_frozen(false));
  return 0;
}

Outcome update(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"resources", "r"},
                                                                   {"memory", ""},
                                                                   {"memory-reservation", ""},
                                                                   {"memory-swap", ""},
                                                                   {"cpu-share", ""},
                                                                   {"cpu-quota", ""},
                                                                   {"cpu-period", ""},
                                                                   {"cpuset-cpus", ""},
                                                                   {"cpuset-mems", ""},
                                                                   {"pids-limit", ""},
                                                                   {"blkio-weight", ""}}));
  KEELSON_TRY(arguments.expect("update", 1, 1));
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front(), true));
  if (container.status() == Status::stopped) return not_running();
  const spec::Resources resources = KEELSON_TRY(decode_update(KEELSON_TRY(update_document(arguments))));
  cgroup::Cgroup group = KEELSON_TRY(cgroup::Cgroup::open(container.record().cgroup));
  KEELSON_TRY(group.update(resources));
  return 0;
}

Outcome ps(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"format", "f"}}));
  KEELSON_TRY(arguments.expect("ps", 1, 1));
  const std::string format = arguments.value("format", "table");
  if (format != "table" && format != "json") return Error{Stage::args, EINVAL, "invalid format option"};
  const Container container = KEELSON_TRY(context.store.open(arguments.rest().front()));
  std::vector<pid_t> pids;
  if (container.status() != Status::stopped) pids = KEELSON_TRY(group_processes(KEELSON_TRY(cgroup::Cgroup::open(container.record().cgroup))));
  if (format == "json") {
    std::string list;
    for (const pid_t pid : pids) list += (list.empty() ? "" : ",") + std::to_string(pid);
    print("[" + list + "]\n");
    return 0;
  }
  std::string table = padded("UID", 12) + padded("PID", 10) + padded("PPID", 10) + "CMD\n";
  for (const pid_t pid : pids)
    table += padded(status_field(pid, "Uid"), 12) + padded(std::to_string(pid), 10) + padded(status_field(pid, "PPid"), 10) + command_of(pid) + "\n";
  print(table);
  return 0;
}

}  // namespace keelson::runtime
