// keelson-log-tool DIR [MAX_BYTES MAX_FILES]: appends frames that arrive on stdin as text lines "<stream 1|2> <nanoseconds> <hex payload>", so that
// tests of the TypeScript reader read what the real writer wrote.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "log_writer.h"

namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t at = 0; at + 1 < hex.size(); at += 2) bytes.push_back(static_cast<char>(std::strtoul(hex.substr(at, 2).c_str(), nullptr, 16)));
  return bytes;
}

int report(const keelson::sys::Error& error) {
  std::fprintf(stderr, "%s\n", error.detail.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace keelson::supervisor;
  if (argc != 2 && argc != 4) return 2;
  LogCaps caps;
  if (argc == 4) caps = {std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10)};
  auto writer = LogWriter::open(argv[1], caps);
  if (!writer.ok()) return report(writer.error());
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream fields(line);
    int stream = 0;
    uint64_t nanoseconds = 0;
    std::string hex;
    fields >> stream >> nanoseconds >> hex;
    auto appended = writer.value().append(stream == 2 ? LogStream::err : LogStream::out, from_hex(hex), nanoseconds);
    if (!appended.ok()) return report(appended.error());
  }
  return 0;
}
