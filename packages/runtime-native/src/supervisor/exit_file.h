// Where the end of a run is recorded. Its space is taken when the run begins, so that a container that fills the disk cannot take it.
#pragma once

#include <string>
#include <string_view>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class ExitFile {
 public:
  // A record of an earlier run is gone afterwards: it must not be taken for this one's.
  static sys::Result<ExitFile> reserve(const std::string& path);
  ExitFile(ExitFile&&) = default;
  ExitFile& operator=(ExitFile&&) = delete;
  ~ExitFile();

  // Durable: a reader sees all of it or no file, also after a power cut. Once only.
  sys::Result<void> commit(std::string_view record);

 private:
  ExitFile(sys::UniqueFd directory, sys::UniqueFd file, std::string name, std::string reserved);

  sys::UniqueFd directory_;
  // Under its reserved name until the record is in it; none afterwards.
  sys::UniqueFd file_;
  std::string name_;
  std::string reserved_;
};

}  // namespace keelson::supervisor
