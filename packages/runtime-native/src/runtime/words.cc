#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

namespace keelson::runtime {
namespace {

using sys::Error;
using sys::Stage;

constexpr const char* kCannotStart = "unable to start container process: ";

std::string reason(int err) {
  const char* words = ::strerrordesc_np(err);
  std::string text = words != nullptr ? words : "unknown error";
  text.front() = static_cast<char>(::tolower(static_cast<unsigned char>(text.front())));
  return text;
}

std::string about_program(const std::string& name, int err) {
  const std::string quoted = "exec: \"" + name + "\": ";
  if (err == ENOENT && name.find('/') == std::string::npos) return quoted + "executable file not found in $PATH";
  if (err == ENOENT) return quoted + "stat " + name + ": no such file or directory";
  // podman gives 126 for these words only.
  if (err == EISDIR) return quoted + "is a directory: permission denied";
  return quoted + reason(err);
}

}  // namespace

Error in_callers_words(const Error& error, const spec::Process& process) {
  switch (error.stage) {
    case Stage::exec:
      return {error.stage, error.err, kCannotStart + about_program(process.args.empty() ? "" : process.args.front(), error.err)};
    case Stage::proc_cwd:
      return {error.stage, error.err, kCannotStart + ("chdir to cwd (\"" + process.cwd + "\") set in config.json failed: ") + reason(error.err)};
    case Stage::spec_read:
    case Stage::spec_parse:
    case Stage::spec_check:
    case Stage::args:
    case Stage::proc_state:
      return error;
    default:
      return {error.stage, error.err, kCannotStart + error.detail};
  }
}

}  // namespace keelson::runtime
