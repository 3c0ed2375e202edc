// Reads a tar stream entry by entry: extension headers merged, sparse maps decoded, sizes checked. Touches no file.
#pragma once

#include <time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "layer/pax.h"
#include "layer/tar_header.h"
#include "sys/result.h"

namespace keelson::layer {

enum class Kind { file, hard_link, symlink, char_device, block_device, directory, fifo };

struct Entry {
  Kind kind = Kind::file;
  std::string name;
  std::string link;
  uint32_t mode = 0;  // permission bits with set-id and sticky
  int64_t uid = 0;
  int64_t gid = 0;
  int64_t major = 0;
  int64_t minor = 0;
  uint64_t size = 0;  // of the file, holes included
  timespec mtime{};
  timespec atime{};
  std::vector<std::pair<std::string, std::string>> xattrs;
  bool sparse = false;
  std::vector<Segment> segments;  // ascending, disjoint, inside size; what read_data gives belongs to them in order
};

class TarReader {
 public:
  // `fd` stays the caller's.
  explicit TarReader(int fd);

  // The next entry; false at the end of the archive (two zero blocks and padding of zeros, or the end of the stream
  // at an entry's boundary, which other readers accept as well). Data of the last entry that was not read is skipped.
  sys::Result<bool> next(Entry& entry);

  // Up to `limit` bytes of the entry's stored data, valid until the next call; empty at its end.
  sys::Result<std::string_view> read_data(size_t limit);

  // For error messages: the name as far as it is known, also when next() failed.
  const std::string& current_name() const { return current_name_; }

 private:
  sys::Result<size_t> fill();
  sys::Result<const char*> read_block(bool end_allowed);
  sys::Result<std::string> read_extension(const TarHeader& header);
  sys::Result<void> skip_data();
  sys::Result<void> finish_archive();
  sys::Result<void> decode_entry(TarHeader header, PaxRecords pax, Entry& entry);
  sys::Result<void> read_old_sparse(TarHeader& header, Entry& entry);
  sys::Result<void> read_sparse_prefix(Entry& entry);
  sys::Result<void> check_segments(const Entry& entry) const;

  int fd_;
  std::string buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool any_input_ = false;
  uint64_t data_left_ = 0;
  uint64_t padding_ = 0;
  PaxRecords global_;
  std::string current_name_;
};

}  // namespace keelson::layer
