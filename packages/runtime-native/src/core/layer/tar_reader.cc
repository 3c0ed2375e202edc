#include "layer/tar_reader.h"

#include <string.h>
#include <unistd.h>

#include <algorithm>

namespace keelson::layer {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// Large enough that a read empties a pipe or socket buffer, small enough to stay in the second-level cache.
constexpr size_t kBufferSize = 256 * 1024;
// Bounds on what an archive may make us hold or do without getting anywhere (R15).
constexpr uint64_t kMaxExtension = 1024 * 1024;
constexpr int kMaxExtensionsInRow = 64;
constexpr uint64_t kMaxEndPadding = 16 * 1024 * 1024;

Error truncated() { return Error{Stage::layer_read, EPIPE, "the archive ends in the middle of an entry"}; }

Error bad_sparse(const char* why) { return Error{Stage::layer_sparse, EINVAL, std::string("sparse file ") + why}; }

uint64_t padding_of(uint64_t size) { return (kBlockSize - size % kBlockSize) % kBlockSize; }

// GNU long names end with a zero byte; bytes behind it would be a second, hidden name.
Result<std::string> long_name(std::string bytes) {
  size_t end = bytes.find('\0');
  if (end == std::string::npos) return bytes;
  if (bytes.find_first_not_of('\0', end) != std::string::npos) {
    return Error{Stage::layer_name, EINVAL, "a long name has a zero byte in it"};
  }
  bytes.resize(end);
  return bytes;
}

Result<Kind> kind_of(const TarHeader& header, const std::string& name) {
  switch (header.type) {
    case '0':
    case '7':
      // v7 had no type for directories: a slash at the end says it.
      return name.ends_with('/') ? Kind::directory : Kind::file;
    case 'S':
      return Kind::file;
    case '1':
      return Kind::hard_link;
    case '2':
      return Kind::symlink;
    case '3':
      return Kind::char_device;
    case '4':
      return Kind::block_device;
    case '5':
      return Kind::directory;
    case '6':
      return Kind::fifo;
    default: {
      static constexpr char kHex[] = "0123456789abcdef";
      auto byte = static_cast<unsigned char>(header.type);
      return Error{Stage::layer_header, EINVAL,
                   std::string("unknown entry type 0x") + kHex[byte >> 4] + kHex[byte & 15]};
    }
  }
}

}  // namespace

TarReader::TarReader(int fd) : fd_(fd), buffer_(kBufferSize, '\0') {}

// Adds to the buffer; 0 at the end of the stream.
Result<size_t> TarReader::fill() {
  if (begin_ > 0) {
    ::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  for (;;) {
    ssize_t got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return sys::os_error(Stage::layer_read, "cannot read the archive");
    end_ += static_cast<size_t>(got);
    any_input_ = any_input_ || got > 0;
    return static_cast<size_t>(got);
  }
}

// The next 512 bytes, or null at a clean end where that is allowed.
Result<const char*> TarReader::read_block(bool end_allowed) {
  while (end_ - begin_ < kBlockSize) {
    if (KEELSON_TRY(fill()) > 0) continue;
    if (end_allowed && begin_ == end_) return static_cast<const char*>(nullptr);
    return truncated();
  }
  const char* block = buffer_.data() + begin_;
  begin_ += kBlockSize;
  return block;
}

Result<std::string_view> TarReader::read_data(size_t limit) {
  if (data_left_ == 0) return std::string_view();
  if (begin_ == end_ && KEELSON_TRY(fill()) == 0) return truncated();
  size_t take = std::min({limit, end_ - begin_, static_cast<size_t>(std::min<uint64_t>(data_left_, SIZE_MAX))});
  std::string_view bytes(buffer_.data() + begin_, take);
  begin_ += take;
  data_left_ -= take;
  return bytes;
}

Result<void> TarReader::skip_data() {
  while (data_left_ > 0) KEELSON_TRY(read_data(kBufferSize));
  data_left_ = padding_;
  padding_ = 0;
  while (data_left_ > 0) KEELSON_TRY(read_data(kBufferSize));
  return {};
}

// The contents of an extension header ('x', 'g', 'L', 'K').
Result<std::string> TarReader::read_extension(const TarHeader& header) {
  if (header.size < 0 || static_cast<uint64_t>(header.size) > kMaxExtension) {
    return Error{Stage::layer_header, E2BIG, "an extension header is longer than 1 MiB"};
  }
  data_left_ = static_cast<uint64_t>(header.size);
  padding_ = padding_of(data_left_);
  std::string bytes;
  bytes.reserve(data_left_);
  while (data_left_ > 0) bytes += KEELSON_TRY(read_data(kBufferSize));
  KEELSON_TRY(skip_data());
  return bytes;
}

// One zero block was read. Only zeros may follow: writers pad to their record size.
Result<void> TarReader::finish_archive() {
  uint64_t padding = 0;
  for (;;) {
    if (begin_ == end_ && KEELSON_TRY(fill()) == 0) return {};
    if (std::any_of(buffer_.data() + begin_, buffer_.data() + end_, [](char byte) { return byte != '\0'; })) {
      return Error{Stage::layer_header, EINVAL, "there are bytes behind the end mark of the archive"};
    }
    padding += end_ - begin_;
    begin_ = end_;
    if (padding > kMaxEndPadding) return Error{Stage::layer_header, E2BIG, "the archive is padded with more than 16 MiB"};
  }
}

Result<bool> TarReader::next(Entry& entry) {
  KEELSON_TRY(skip_data());
  current_name_.clear();
  PaxRecords pax = global_;
  std::string gnu_name, gnu_link;
  bool has_extension = false;

  for (int in_row = 0;; ++in_row) {
    const char* block = KEELSON_TRY(read_block(!has_extension));
    if (block == nullptr) {
      if (any_input_) return false;
      return Error{Stage::layer_read, ENODATA, "the archive is empty"};
    }
    if (is_zero_block(block)) {
      if (has_extension) return truncated();
      KEELSON_TRY(finish_archive());
      return false;
    }
    TarHeader header = KEELSON_TRY(parse_header(block));
    bool extension = header.type == 'x' || header.type == 'X' || header.type == 'g' || header.type == 'L' || header.type == 'K';
    if (!extension) {
      if (!gnu_name.empty()) pax.path = std::move(gnu_name);
      if (!gnu_link.empty()) pax.link_path = std::move(gnu_link);
      KEELSON_TRY(decode_entry(std::move(header), std::move(pax), entry));
      return true;
    }
    if (in_row == kMaxExtensionsInRow) return Error{Stage::layer_header, E2BIG, "too many extension headers in a row"};

    // A global header stands for itself: the archive may end behind it.
    has_extension = has_extension || header.type != 'g';
    std::string bytes = KEELSON_TRY(read_extension(header));
    if (header.type == 'L') {
      gnu_name = KEELSON_TRY(long_name(std::move(bytes)));
    } else if (header.type == 'K') {
      gnu_link = KEELSON_TRY(long_name(std::move(bytes)));
    } else if (header.type == 'g') {
      KEELSON_TRY(merge_global(global_, KEELSON_TRY(parse_pax(bytes))));
      if (!has_extension) pax = global_;
    } else {
      PaxRecords own = KEELSON_TRY(parse_pax(bytes));
      if (!own.uid) own.uid = global_.uid;
      if (!own.gid) own.gid = global_.gid;
      if (!own.mtime) own.mtime = global_.mtime;
      if (!own.atime) own.atime = global_.atime;
      if (own.xattrs.empty()) own.xattrs = global_.xattrs;
      pax = std::move(own);
    }
  }
}

Result<void> TarReader::decode_entry(TarHeader header, PaxRecords pax, Entry& entry) {
  entry = Entry{};
  entry.name = pax.path.value_or(std::move(header.name));
  current_name_ = entry.name;
  entry.link = pax.link_path.value_or(std::move(header.link));
  entry.kind = KEELSON_TRY(kind_of(header, entry.name));
  entry.mode = static_cast<uint32_t>(header.mode & 07777);
  entry.uid = pax.uid.value_or(header.uid);
  entry.gid = pax.gid.value_or(header.gid);
  entry.major = header.major;
  entry.minor = header.minor;
  entry.mtime = pax.mtime.value_or(timespec{static_cast<time_t>(header.mtime), 0});
  entry.atime = pax.atime.value_or(entry.mtime);
  entry.xattrs = std::move(pax.xattrs);

  int64_t stored = pax.size.value_or(header.size);
  if (stored < 0) return Error{Stage::layer_header, EINVAL, "the size is negative"};
  // Only files have data: others may carry a size by habit of old writers (a link the size of its target).
  if (entry.kind != Kind::file) return {};

  entry.size = static_cast<uint64_t>(stored);
  data_left_ = entry.size;
  padding_ = padding_of(entry.size);
  if (header.type == 'S') {
    KEELSON_TRY(read_old_sparse(header, entry));
  } else if (pax.sparse_major.value_or(0) == 1 || pax.has_sparse_map) {
    if (pax.sparse_size.value_or(-1) < 0) return bad_sparse("has no real size");
    entry.sparse = true;
    entry.size = static_cast<uint64_t>(*pax.sparse_size);
    if (pax.has_sparse_map) {
      entry.segments = std::move(pax.sparse_map);
    } else {
      KEELSON_TRY(read_sparse_prefix(entry));
    }
  } else if (pax.sparse_major || pax.sparse_minor) {
    return bad_sparse("is in an unknown format");
  }
  return entry.sparse ? check_segments(entry) : Result<void>();
}

Result<void> TarReader::read_old_sparse(TarHeader& header, Entry& entry) {
  if (header.real_size < 0) return bad_sparse("has a negative real size");
  entry.sparse = true;
  entry.size = static_cast<uint64_t>(header.real_size);
  bool more = header.more_segments;
  while (more) {
    // These blocks stand between header and data and are not part of the size.
    more = KEELSON_TRY(parse_sparse_block(KEELSON_TRY(read_block(false)), header.segments));
    if (header.segments.size() > kMaxSegments) return bad_sparse("has more than 65536 segments");
  }
  entry.segments = std::move(header.segments);
  return {};
}

// Format 1.0: the stored data begins with decimal lines (count, then offset and length in turn), padded to a block.
Result<void> TarReader::read_sparse_prefix(Entry& entry) {
  uint64_t used = 0;
  auto read_number = [&]() -> Result<uint64_t> {
    uint64_t value = 0;
    for (int digits = 0;; ++digits) {
      auto byte = KEELSON_TRY(read_data(1));
      if (byte.empty()) return bad_sparse("has a map that is cut off");
      ++used;
      if (byte[0] == '\n' && digits > 0) return value;
      if (byte[0] < '0' || byte[0] > '9' || digits == 18) return bad_sparse("has a malformed map");
      value = value * 10 + static_cast<uint64_t>(byte[0] - '0');
    }
  };
  uint64_t count = KEELSON_TRY(read_number());
  if (count > kMaxSegments) return bad_sparse("has more than 65536 segments");
  entry.segments.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    Segment segment;
    segment.offset = KEELSON_TRY(read_number());
    segment.length = KEELSON_TRY(read_number());
    entry.segments.push_back(segment);
  }
  for (uint64_t rest = padding_of(used); rest > 0; --rest) {
    if (KEELSON_TRY(read_data(1)).empty()) return bad_sparse("has a map that is cut off");
  }
  return {};
}

Result<void> TarReader::check_segments(const Entry& entry) const {
  uint64_t end = 0;
  uint64_t total = 0;
  for (const Segment& segment : entry.segments) {
    if (segment.offset < end) return bad_sparse("has segments that overlap");
    if (segment.offset > entry.size || segment.length > entry.size - segment.offset) {
      return bad_sparse("has a segment behind its end");
    }
    end = segment.offset + segment.length;
    total += segment.length;
  }
  if (total != data_left_) return bad_sparse("has a map that does not fit its data");
  return {};
}

}  // namespace keelson::layer
