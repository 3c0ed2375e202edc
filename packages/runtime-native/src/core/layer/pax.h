// Extended headers of the pax format: "LENGTH KEY=VALUE\n" records (POSIX.1-2017 pax, "pax Extended Header").
#pragma once

#include <time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "layer/tar_header.h"
#include "sys/result.h"

namespace keelson::layer {

// What the records override in the header after them. An empty value takes an override back, as POSIX says.
struct PaxRecords {
  std::optional<std::string> path;
  std::optional<std::string> link_path;
  std::optional<int64_t> size;
  std::optional<int64_t> uid;
  std::optional<int64_t> gid;
  std::optional<timespec> mtime;
  std::optional<timespec> atime;
  std::vector<std::pair<std::string, std::string>> xattrs;

  // GNU's sparse formats 0.0 (offset and numbytes in turn), 0.1 (map) and 1.0 (map in front of the data).
  std::optional<int64_t> sparse_major;
  std::optional<int64_t> sparse_minor;
  std::optional<int64_t> sparse_size;
  // The real name; header and "path" carry one that old programs extract the map and data to.
  std::optional<std::string> sparse_name;
  std::vector<Segment> sparse_map;
  bool has_sparse_map = false;
};

sys::Result<PaxRecords> parse_pax(std::string_view bytes);

// A global header's records become the defaults of every later entry. One that would name, size or map them all is
// refused: no program writes it, and every reader treats it differently.
sys::Result<void> merge_global(PaxRecords& global, PaxRecords records);

// "-1.5" → {-2, 500000000}; digits after the ninth are dropped.
std::optional<timespec> parse_pax_time(std::string_view text);

// Decimal, optionally with '-'; the whole text, within 63 bits.
std::optional<int64_t> parse_decimal(std::string_view text);

}  // namespace keelson::layer
