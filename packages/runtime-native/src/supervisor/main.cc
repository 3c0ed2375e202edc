// keelson-supervisor --bundle DIR --report-fd N
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "spec/decode.h"
#include "supervisor.h"
#include "sys/fs.h"

namespace {

using namespace keelson;
using sys::Error;
using sys::Result;
using sys::Stage;

struct Arguments {
  std::string bundle;
  int report = -1;
};

Result<Arguments> parse_arguments(int count, char** words) {
  Arguments arguments;
  for (int at = 1; at + 1 < count; at += 2) {
    const std::string_view name = words[at];
    const std::string_view value = words[at + 1];
    if (name == "--bundle") arguments.bundle = value;
    if (name == "--report-fd") std::from_chars(value.data(), value.data() + value.size(), arguments.report);
  }
  if (arguments.bundle.empty() || arguments.report < 0) return Error{Stage::args, EINVAL, "usage: keelson-supervisor --bundle DIR --report-fd N"};
  if (::fcntl(arguments.report, F_SETFD, FD_CLOEXEC) != 0) return sys::os_error(Stage::args, "cannot use the descriptor for the report");
  return arguments;
}

// Of us there is nothing to read or trace for a process that we put into a container: not our memory, not our program by /proc/PID/exe.
// Nothing that was handed down is kept but the report; being run by descriptor has cost us our name.
void harden(int report) {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::prctl(PR_SET_NAME, "keelson-supervisor", 0, 0, 0);
  ::umask(0077);
  ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
}

Result<supervisor::Running> start(const std::string& bundle, std::optional<supervisor::Supervisor>& supervisor, supervisor::Loop& loop) {
  const std::string config = KEELSON_TRY(sys::read_file(Stage::spec_read, bundle + "/config.json", spec::JsonDocument::kMaxBytes));
  const std::string launch = KEELSON_TRY(sys::read_file(Stage::spec_read, bundle + "/launch.json", spec::JsonDocument::kMaxBytes));
  spec::ContainerSpec container = KEELSON_TRY(spec::decode_config(config));
  spec::Launch around = KEELSON_TRY(spec::decode_launch(launch));
  container.process.hold_signals = around.init;
  supervisor.emplace(loop, std::move(container), std::move(around));
  return supervisor->start();
}

void report(int fd, std::string line) {
  (void)sys::write_all(Stage::supervisor_loop, fd, line, "the report");
  ::close(fd);
}

}  // namespace

int main(int count, char** words) {
  const Result<Arguments> arguments = parse_arguments(count, words);
  if (!arguments.ok()) {
    (void)sys::write_all(Stage::args, STDERR_FILENO, arguments.error().detail + "\n", "standard error");
    return 2;
  }
  harden(arguments.value().report);
  Result<supervisor::Loop> loop = supervisor::Loop::make();
  std::optional<supervisor::Supervisor> supervisor;
  const Result<supervisor::Running> running = loop.ok() ? start(arguments.value().bundle, supervisor, loop.value()) : Result<supervisor::Running>(loop.error());
  if (!running.ok()) {
    report(arguments.value().report, supervisor::error_text(running.error()) + "\n");
    return 1;
  }
  report(arguments.value().report, supervisor::report_text(running.value()));
  return supervisor->serve().ok() ? 0 : 1;
}
