// Where errors and warnings go, in the shapes that conmon, podman and containerd read.
#pragma once

#include <string>
#include <string_view>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::runtime {

class Log {
 public:
  enum class Format { text, json };

  // `path` empty: standard error alone.
  static sys::Result<Log> open(const std::string& path, Format format, bool debug);

  // One line: {"level":"error","msg":…,"time":…} or time="…" level=error msg="…". Into a log file goes the line and to standard error the sentence.
  void error(std::string_view sentence) const;
  // To a log file, or with --debug.
  void warn(std::string_view sentence) const;
  void debug(std::string_view sentence) const;

 private:
  void line(std::string_view level, std::string_view sentence) const;

  sys::UniqueFd file_;
  Format format_ = Format::text;
  bool debug_ = false;
};

// "2026-11-21T11:25:35.123456789Z"; seconds only without `fraction`.
std::string utc_now(bool fraction);

}  // namespace keelson::runtime
