// keelson-runtime: the command line of OCI runtimes, for podman, buildah, containerd and whoever else drives one.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "arguments.h"
#include "own_copy.h"
#include "sys/fs.h"
#include "verbs.h"
#include "version.h"

namespace keelson::runtime {

void print(const std::string& text) { (void)sys::write_all(sys::Stage::args, STDOUT_FILENO, text, "standard output"); }

namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr const char* kDefaultRoot = "/run/keelson-runtime";

struct Verb {
  const char* name;
  Outcome (*act)(const Context&, const Words&);
  bool joins_containers = false;  // some process of ours is in a container for a while
  const char* help;
};

Outcome refuse_checkpoint(const Context&, const Words&) {
  return Error{Stage::args, ENOTSUP, "checkpoint and restore are not supported by keelson-runtime"};
}

Outcome version(const Context&, const Words&) {
  print(std::string("keelson-runtime version ") + kVersion + "\nspec: " + kSpecVersion + "\n");
  return 0;
}

constexpr Verb kVerbs[] = {{"create", create, true, "create a container from a bundle; its process waits for start"},
                           {"start", start, false, "let the process of a created container run its program"},
                           {"run", run, true, "create, start and, unless --detach, wait and delete"},
                           {"exec", exec, true, "run a further process in a container"},
                           {"state", state, false, "the state of a container as JSON"},
                           {"kill", kill, false, "send a signal (SIGTERM) to the first process, or with --all to all"},
                           {"delete", remove, false, "remove what is left of a container; with --force one that runs"},
                           {"list", list, false, "containers of this --root"},
                           {"ps", ps, false, "processes of a container"},
                           {"pause", pause, false, "stop all processes of a container"},
                           {"resume", resume, false, "let them go on"},
                           {"update", update, false, "change limits of a container"},
                           {"events", events, false, "figures and OOM kills of a container"},
                           {"features", features, false, "what this runtime can do, as JSON"},
                           {"spec", spec_template, false, "write a config.json to begin with"},
                           {"checkpoint", refuse_checkpoint, false, "not supported"},
                           {"restore", refuse_checkpoint, false, "not supported"},
                           {"version", version, false, "the version of this program and of the spec"}};

std::string usage() {
  std::string text = "usage: keelson-runtime [--root DIR] [--log FILE] [--log-format text|json] [--debug] VERB …\n\n";
  for (const Verb& one : kVerbs) text += std::string("  ") + one.name + std::string(12 - std::string(one.name).size(), ' ') + one.help + "\n";
  return text + "\nThe words of each verb are those of the OCI command line; see docs/oci-runtime.md.\n";
}

// Whoever starts us without standard streams must not find our files in their places.
void hold_standard_streams() {
  for (int stream = 0; stream < 3; ++stream)
    if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);
}

Result<Log> open_log(const Arguments& global) {
  const std::string format = global.value("log-format", "text");
  if (format != "text" && format != "json") return Error{Stage::args, EINVAL, "unknown log-format \"" + format + "\""};
  return Log::open(global.value("log"), format == "json" ? Log::Format::json : Log::Format::text, global.has("debug"));
}

int failed(const Log& log, const Error& error) {
  log.error(error.detail);
  return 1;
}

int act(const Arguments& global, char** words) {
  Result<Log> log = open_log(global);
  if (!log.ok()) return failed(Log(), log.error());
  const std::string& name = global.rest().front();
  const Verb* verb = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& one) { return name == one.name; });
  if (verb == std::end(kVerbs)) return failed(log.value(), {Stage::args, EINVAL, "unknown command \"" + name + "\"; see keelson-runtime --help"});
  if (verb->joins_containers)
    if (const Result<void> copied = run_from_a_copy(words); !copied.ok()) return failed(log.value(), copied.error());
  const Context context{Store(global.value("root", kDefaultRoot)), std::move(log).value(), global.has("systemd-cgroup")};
  const Outcome outcome = verb->act(context, {global.rest().begin() + 1, global.rest().end()});
  return outcome.ok() ? outcome.value() : failed(context.log, outcome.error());
}

}  // namespace
}  // namespace keelson::runtime

int main(int count, char** words) {
  using namespace keelson::runtime;
  hold_standard_streams();
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::umask(0022);
  // Told by a failed write instead.
  ::signal(SIGPIPE, SIG_IGN);
  const auto global = Arguments::parse({words + 1, words + count}, {{"root", ""},
                                                                   {"log", ""},
                                                                   {"log-format", ""},
                                                                   {"debug", "", false},
                                                                   {"systemd-cgroup", "", false},
                                                                   {"rootless", ""},
                                                                   {"criu", ""},
                                                                   {"version", "v", false},
                                                                   {"help", "h", false}});
  if (!global.ok()) return failed(Log(), global.error());
  if (global.value().has("version")) return version({Store(""), Log(), false}, {}).value();
  if (global.value().has("help") || global.value().rest().empty()) {
    print(usage());
    return 0;
  }
  return act(global.value(), words);
}
