#include "log.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "spec/json_text.h"
#include "sys/fs.h"

namespace keelson::runtime {

using sys::Result;
using sys::Stage;

Result<Log> Log::open(const std::string& path, Format format, bool debug) {
  Log log;
  log.format_ = format;
  log.debug_ = debug;
  if (!path.empty() && path != "/dev/stderr") log.file_ = KEELSON_TRY(sys::open_path(Stage::args, path, O_WRONLY | O_APPEND | O_CREAT, 0644));
  return log;
}

void Log::error(std::string_view sentence) const {
  line("error", sentence);
  if (file_) (void)sys::write_all(Stage::args, STDERR_FILENO, std::string(sentence) + "\n", "standard error");
}

// Standard error is the container's as well, and callers keep it as its output.
void Log::warn(std::string_view sentence) const {
  if (file_ || debug_) line("warning", sentence);
}

void Log::debug(std::string_view sentence) const {
  if (debug_) line("debug", sentence);
}

// One write for a line: others append to the same file.
void Log::line(std::string_view level, std::string_view sentence) const {
  std::string text;
  if (format_ == Format::json) {
    text = spec::JsonText().add("level", level).add("msg", sentence).add("time", utc_now(false)).text();
  } else {
    text = "time=" + spec::json_quoted(utc_now(false)) + " level=" + std::string(level) + " msg=" + spec::json_quoted(sentence);
  }
  (void)sys::write_all(Stage::args, file_ ? file_.get() : STDERR_FILENO, text + "\n", "the log");
}

std::string utc_now(bool fraction) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  char text[32];
  ::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char nanoseconds[12] = "";
  if (fraction) ::snprintf(nanoseconds, sizeof nanoseconds, ".%09ld", now.tv_nsec);
  return std::string(text) + nanoseconds + "Z";
}

}  // namespace keelson::runtime
