#include "log_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "sys/fs.h"

namespace keelson::supervisor {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr auto kStage = Stage::supervisor_log;

// Both structs are written as they lie in memory: the formats are little-endian, as are x86-64 and arm64 Linux.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

struct FrameHeader {
  uint32_t length;
  uint8_t stream;
  uint8_t flags;
  uint16_t reserved;
  uint64_t nanoseconds;
};
static_assert(sizeof(FrameHeader) == 16);

struct IndexEntry {
  uint64_t offset;
  uint64_t nanoseconds;
  uint64_t lines;
  uint64_t open_lines;
};
static_assert(sizeof(IndexEntry) == 32);

bool plausible(const FrameHeader& header) {
  return header.length > 0 && header.length <= LogWriter::kMaxPayload && header.flags == 0 && header.reserved == 0 &&
         (header.stream == 1 || header.stream == 2);
}

Result<sys::UniqueFd> open_file(const std::string& path) {
  // O_NOFOLLOW: a planted link must not redirect the log.
  return sys::open_path(kStage, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

// As much of `length` bytes at `offset` as there is; a short count is the end of the file.
size_t read_at(int fd, void* buffer, size_t length, uint64_t offset) {
  size_t done = 0;
  while (done < length) {
    ssize_t got = ::pread(fd, static_cast<char*>(buffer) + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

}  // namespace

Result<LogWriter> LogWriter::open(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return os_error(kStage, "cannot make the log directory " + directory);
  LogWriter writer;
  writer.directory_ = directory;
  writer.log_ = KEELSON_TRY(open_file(directory + "/000001.log"));
  writer.index_ = KEELSON_TRY(open_file(directory + "/000001.idx"));
  KEELSON_TRY(writer.repair());
  return writer;
}

// Walks the frames from the last usable index entry on, so that the counters are right again and the file ends with a
// whole frame. Entries that point beyond the log (it lost its tail, the index did not) are cut off too.
Result<void> LogWriter::repair() {
  struct stat log_status {};
  struct stat index_status {};
  if (::fstat(log_.get(), &log_status) != 0 || ::fstat(index_.get(), &index_status) != 0)
    return os_error(kStage, "cannot read the size of the log in " + directory_);
  const auto log_size = static_cast<uint64_t>(log_status.st_size);

  uint64_t entries = static_cast<uint64_t>(index_status.st_size) / sizeof(IndexEntry);
  IndexEntry entry{};
  for (; entries > 0; --entries) {
    const uint64_t at = (entries - 1) * sizeof(IndexEntry);
    if (read_at(index_.get(), &entry, sizeof entry, at) == sizeof entry && entry.offset <= log_size) break;
    entry = {};
  }
  size_ = indexed_at_ = entry.offset;
  lines_ = entry.lines;
  open_lines_ = entry.open_lines;

  std::vector<char> payload(kMaxPayload);
  FrameHeader header{};
  while (read_at(log_.get(), &header, sizeof header, size_) == sizeof header && plausible(header) &&
         read_at(log_.get(), payload.data(), header.length, size_ + sizeof header) == header.length) {
    account(static_cast<LogStream>(header.stream), {payload.data(), header.length});
    size_ += sizeof header + header.length;
  }
  if (::ftruncate(log_.get(), static_cast<off_t>(size_)) != 0 ||
      ::ftruncate(index_.get(), static_cast<off_t>(entries * sizeof(IndexEntry))) != 0 ||
      ::lseek(log_.get(), 0, SEEK_END) < 0 || ::lseek(index_.get(), 0, SEEK_END) < 0)
    return os_error(kStage, "cannot cut the torn end off the log in " + directory_);
  return {};
}

Result<void> LogWriter::append(LogStream stream, std::string_view bytes, uint64_t nanoseconds) {
  while (!bytes.empty()) {
    const std::string_view payload = bytes.substr(0, kMaxPayload);
    KEELSON_TRY(append_frame(stream, payload, nanoseconds));
    bytes.remove_prefix(payload.size());
  }
  return {};
}

Result<void> LogWriter::append_frame(LogStream stream, std::string_view payload, uint64_t nanoseconds) {
  KEELSON_TRY(index_if_due(nanoseconds));
  FrameHeader header{static_cast<uint32_t>(payload.size()), static_cast<uint8_t>(stream), 0, 0, nanoseconds};
  iovec parts[] = {{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}};
  const auto total = static_cast<ssize_t>(sizeof header + payload.size());
  ssize_t written;
  do written = ::writev(log_.get(), parts, 2);
  while (written < 0 && errno == EINTR);
  if (written != total) {
    // A short write to a file means that the disk is full; half a frame would hide all later ones.
    const int err = written < 0 ? errno : ENOSPC;
    if (::ftruncate(log_.get(), static_cast<off_t>(size_)) == 0) ::lseek(log_.get(), 0, SEEK_END);
    return os_error(kStage, "cannot append to the log in " + directory_, err);
  }
  size_ += static_cast<uint64_t>(total);
  account(stream, payload);
  return {};
}

Result<void> LogWriter::index_if_due(uint64_t nanoseconds) {
  if (size_ - indexed_at_ < kIndexEvery) return {};
  const IndexEntry entry{size_, nanoseconds, lines_, open_lines_};
  KEELSON_TRY(sys::write_all(kStage, index_.get(), {reinterpret_cast<const char*>(&entry), sizeof entry}, directory_ + "/000001.idx"));
  indexed_at_ = size_;
  return {};
}

void LogWriter::account(LogStream stream, std::string_view payload) {
  lines_ += static_cast<uint64_t>(std::count(payload.begin(), payload.end(), '\n'));
  const uint64_t bit = stream == LogStream::out ? 1 : 2;
  if (payload.back() == '\n')
    open_lines_ &= ~bit;
  else
    open_lines_ |= bit;
}

}  // namespace keelson::supervisor
