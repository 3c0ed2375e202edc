// Mutated archives through the reader, without files: bounds, overflows, endless loops. Built with sanitizers, by hand:
//   g++ -std=c++20 -g -O1 -fsanitize=address,undefined -Isrc/core test/unit/layer/fuzz.cc src/core/layer/{tar_reader,tar_header,pax,entry_name}.cc -o fuzz
//   ./fuzz SECONDS SEED-ARCHIVE...
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "layer/entry_name.h"
#include "layer/tar_reader.h"

namespace {

using keelson::layer::Entry;
using keelson::layer::TarReader;

bool read_archive(const std::string& bytes) {
  int fd = ::memfd_create("archive", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) ::abort();
  ::lseek(fd, 0, SEEK_SET);
  TarReader reader(fd);
  Entry entry;
  bool whole = false;
  for (;;) {
    auto more = reader.next(entry);
    whole = more.ok() && !more.value();
    if (!more.ok() || !more.value()) break;
    auto name = keelson::layer::parse_name(entry.name, 256);
    if (name.ok()) (void)keelson::layer::parse_marker(name.value()).ok();
    // Half of the data, so that the reader skips the rest.
    auto data = reader.read_data(static_cast<size_t>(entry.size / 2 + 1));
    if (!data.ok()) break;
  }
  ::close(fd);
  return whole;
}

// Header blocks get a right checksum again, or nearly every mutation would end there.
void mend_checksum(std::string& bytes, size_t block) {
  if (block + 512 > bytes.size()) return;
  memset(bytes.data() + block + 148, ' ', 8);
  unsigned long sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(bytes[block + i]);
  for (size_t at = 153; at >= 148; --at, sum /= 8) bytes[block + at] = static_cast<char>('0' + sum % 8);
  bytes[block + 154] = '\0';
}

std::string read_seed(const char* path) {
  std::string bytes;
  FILE* file = fopen(path, "rb");
  if (file == nullptr) return bytes;
  char chunk[65536];
  while (size_t got = fread(chunk, 1, sizeof chunk, file)) bytes.append(chunk, got);
  fclose(file);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<std::string> seeds;
  for (int i = 2; i < argc; ++i) seeds.push_back(read_seed(argv[i]));
  std::mt19937_64 random(1);
  constexpr char kInteresting[] = {'\0', ' ', '=', '\n', '0', '7', '9', '-', '/', '.', '\x7f', '\x80', '\xff'};
  long runs = 0;
  long whole = 0;
  for (time_t end = time(nullptr) + atoi(argv[1]); time(nullptr) < end; ++runs) {
    std::string bytes = seeds[random() % seeds.size()];
    if (bytes.empty()) continue;
    size_t block = random() % bytes.size() / 512 * 512;
    for (size_t count = random() % 6 + 1; count > 0; --count) {
      size_t at = std::min(block + random() % 1024, bytes.size() - 1);
      bytes[at] = random() % 2 == 0 ? kInteresting[random() % sizeof kInteresting] : static_cast<char>(random());
    }
    if (random() % 4 != 0) mend_checksum(bytes, block);
    if (random() % 8 == 0) bytes.resize(random() % bytes.size() + 1);
    whole += read_archive(bytes) ? 1 : 0;
  }
  printf("%ld archives, %ld of them read to the end\n", runs, whole);
  return 0;
}
