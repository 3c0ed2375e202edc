#include "layer/tar_header.h"

#include <string.h>

namespace keelson::layer {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// Offset and size of each field, POSIX.1-2017 pax, "ustar Interchange Format".
struct Field {
  size_t at;
  size_t size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12}, kMtime{136, 12};
constexpr Field kChecksum{148, 8}, kLink{157, 100}, kMagic{257, 8}, kMajor{329, 8}, kMinor{337, 8}, kPrefix{345, 155};
constexpr size_t kType = 156;
// star keeps access and change time behind a shorter prefix and signs the block at its end.
constexpr Field kStarPrefix{345, 131}, kStarTrailer{508, 4};
// Old GNU sparse fields, GNU tar's <tar.h> as documented in its manual.
constexpr size_t kSparseMap = 386, kSparseMapEntries = 4, kSparseMore = 482;
constexpr Field kSparseRealSize{483, 12};
constexpr size_t kSparseBlockEntries = 21, kSparseBlockMore = 504;
constexpr size_t kSparseNumber = 12;

Error malformed(const char* what) { return Error{Stage::layer_header, EINVAL, std::string("tar header has a malformed ") + what}; }

std::string text(const char* block, Field field) {
  return std::string(block + field.at, ::strnlen(block + field.at, field.size));
}

bool checksum_matches(const char* block) {
  auto stored = parse_number(block + kChecksum.at, kChecksum.size);
  int64_t as_unsigned = 0;
  int64_t as_signed = 0;
  for (size_t i = 0; i < kBlockSize; ++i) {
    bool own = i >= kChecksum.at && i < kChecksum.at + kChecksum.size;
    char byte = own ? ' ' : block[i];
    as_unsigned += static_cast<unsigned char>(byte);
    as_signed += static_cast<signed char>(byte);
  }
  return stored.has_value() && (*stored == as_unsigned || *stored == as_signed);
}

// An entry with neither offset nor length ends the map early.
Result<void> read_segments(const char* map, size_t count, std::vector<Segment>& segments) {
  for (size_t i = 0; i < count; ++i, map += 2 * kSparseNumber) {
    if (map[0] == '\0') return {};
    auto offset = parse_number(map, kSparseNumber);
    auto length = parse_number(map + kSparseNumber, kSparseNumber);
    if (!offset || !length || *offset < 0 || *length < 0) return malformed("sparse map");
    segments.push_back({static_cast<uint64_t>(*offset), static_cast<uint64_t>(*length)});
  }
  return {};
}

std::optional<int64_t> parse_base256(const unsigned char* field, size_t size) {
  // Two's complement, big endian; the first bit only marks the encoding, the second is the sign.
  bool negative = (field[0] & 0x40) != 0;
  uint64_t value = negative ? ~uint64_t{0} : 0;
  for (size_t i = 0; i < size; ++i) {
    uint64_t byte = field[i];
    if (i == 0) byte = negative ? (byte | 0x80) : (byte & 0x7f);
    if ((value >> 55) != (negative ? 0x1ff : 0)) return std::nullopt;
    value = (value << 8) | byte;
  }
  return static_cast<int64_t>(value);
}

}  // namespace

std::optional<int64_t> parse_number(const char* field, size_t size) {
  if ((static_cast<unsigned char>(field[0]) & 0x80) != 0) {
    return parse_base256(reinterpret_cast<const unsigned char*>(field), size);
  }
  size_t at = 0;
  while (at < size && field[at] == ' ') ++at;
  int64_t value = 0;
  for (; at < size && field[at] >= '0' && field[at] <= '7'; ++at) {
    if (value > (INT64_MAX >> 3)) return std::nullopt;
    value = (value << 3) | (field[at] - '0');
  }
  for (; at < size; ++at) {
    if (field[at] != ' ' && field[at] != '\0') return std::nullopt;
  }
  return value;
}

bool is_zero_block(const char* block) {
  return block[0] == '\0' && ::memcmp(block, block + 1, kBlockSize - 1) == 0;
}

Result<TarHeader> parse_header(const char* block) {
  if (!checksum_matches(block)) return Error{Stage::layer_header, EINVAL, "tar header has a wrong checksum"};

  TarHeader header;
  header.type = block[kType] == '\0' ? '0' : block[kType];
  header.name = text(block, kName);
  header.link = text(block, kLink);

  auto number = [&](Field field, const char* what, int64_t& out) -> Result<void> {
    auto value = parse_number(block + field.at, field.size);
    if (!value) return malformed(what);
    out = *value;
    return {};
  };
  KEELSON_TRY(number(kMode, "mode", header.mode));
  KEELSON_TRY(number(kUid, "uid", header.uid));
  KEELSON_TRY(number(kGid, "gid", header.gid));
  KEELSON_TRY(number(kSize, "size", header.size));
  KEELSON_TRY(number(kMtime, "mtime", header.mtime));

  bool posix = ::memcmp(block + kMagic.at, "ustar\0", 6) == 0;
  bool gnu = ::memcmp(block + kMagic.at, "ustar ", 6) == 0;
  if (posix || gnu) {
    KEELSON_TRY(number(kMajor, "device number", header.major));
    KEELSON_TRY(number(kMinor, "device number", header.minor));
  }
  if (posix) {
    bool star = ::memcmp(block + kStarTrailer.at, "tar\0", kStarTrailer.size) == 0;
    std::string prefix = text(block, star ? kStarPrefix : kPrefix);
    if (!prefix.empty()) header.name = prefix + "/" + header.name;
  }
  if (header.type == 'S') {
    if (!gnu) return malformed("sparse header outside GNU format");
    KEELSON_TRY(read_segments(block + kSparseMap, kSparseMapEntries, header.segments));
    KEELSON_TRY(number(kSparseRealSize, "real size", header.real_size));
    header.more_segments = block[kSparseMore] != '\0';
  }
  return header;
}

Result<bool> parse_sparse_block(const char* block, std::vector<Segment>& segments) {
  KEELSON_TRY(read_segments(block, kSparseBlockEntries, segments));
  return block[kSparseBlockMore] != '\0';
}

}  // namespace keelson::layer
