// keelson-unpack: one layer (uncompressed tar on standard input) into a directory, without privileges.
// Run by the server as root with an empty environment; the caller deletes the directory when this fails.
#include <fcntl.h>
#include <unistd.h>

#include "options.h"
#include "report.h"
#include "sandbox_sequence.h"
#include "sys/fs.h"

int main(int argc, char** argv) {
  using namespace keelson;

  auto options = unpack::parse_options(argc, argv);
  if (!options.ok()) {
    std::string line = "keelson-unpack: " + options.error().detail + "\n";
    (void)sys::write_all(sys::Stage::args, STDERR_FILENO, line, "standard error").ok();
    return 2;
  }
  layer::Outcome outcome = unpack::unpack_confined(options.value());
  auto told = sys::write_all(sys::Stage::internal, options.value().report_fd, unpack::report_line(outcome), "the report");
  return outcome.ok && told.ok() ? 0 : 1;
}
