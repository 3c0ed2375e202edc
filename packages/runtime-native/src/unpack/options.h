// Command line of keelson-unpack.
#pragma once

#include <cstdint>

#include "layer/layer_writer.h"
#include "sys/result.h"

namespace keelson::unpack {

struct Options {
  int dest_fd = -1;    // empty directory that belongs to uid_base; may be O_PATH
  int report_fd = -1;  // takes one JSON line
  uint32_t uid_base = 0;
  layer::Limits limits;
  bool sync = false;  // syncfs(2) before success is reported
};

// --dest-fd N --report-fd N --uid-base B --limit-bytes N --limit-entries N [--limit-depth N] [--sync]
sys::Result<Options> parse_options(int argc, char** argv);

}  // namespace keelson::unpack
