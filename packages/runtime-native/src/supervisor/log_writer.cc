#include "log_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "clock.h"
#include "log_parts.h"
#include "sys/fs.h"

namespace keelson::supervisor {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr auto kStage = Stage::supervisor_log;

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

template <typename Value>
std::string_view bytes_of(const Value& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool is_zero(int fd, uint64_t from, uint64_t end) {
  char bytes[4096];
  for (uint64_t at = from; at < end;) {
    const size_t got = read_at(fd, bytes, std::min<uint64_t>(sizeof bytes, end - at), at);
    if (got == 0 || std::any_of(bytes, bytes + got, [](char byte) { return byte != 0; })) return false;
    at += got;
  }
  return true;
}

// What a crash leaves at the end: the beginning of a frame, or blocks that were never written (ext4 shows zeros). `from` is where whole frames end.
bool ends_in_half_a_frame(int fd, uint64_t from, uint64_t end) {
  LogFrameHeader header{};
  if (read_at(fd, &header, sizeof header, from) < sizeof header) return true;
  return (plausible(header) && from + sizeof header + header.length > end) || is_zero(fd, from, end);
}

}  // namespace

bool plausible(const LogFrameHeader& header) {
  if (header.length == 0 || header.length > kMaxLogPayload || header.reserved != 0) return false;
  if (header.stream == static_cast<uint8_t>(LogStream::marker)) return header.flags >= 1 && header.flags <= 3;
  return header.flags == 0 && header.stream <= static_cast<uint8_t>(LogStream::err);
}

Result<LogWriter> LogWriter::open(const std::string& directory, LogCaps caps) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return os_error(kStage, "cannot make the log directory " + directory);
  LogWriter writer;
  writer.directory_ = directory;
  writer.caps_ = caps;
  const std::vector<LogPart> parts = KEELSON_TRY(list_log_parts(directory));
  if (!parts.empty()) {
    writer.oldest_ = parts.front().number;
    writer.part_ = parts.back().number + (parts.back().compressed ? 1 : 0);
  }
  // The cap may have been lowered since the last run.
  writer.drop_parts(writer.part_);
  KEELSON_TRY(writer.open_part());
  KEELSON_TRY(writer.repair());
  return writer;
}

Result<void> LogWriter::open_part() {
  log_ = KEELSON_TRY(open_log_file(log_part_path(directory_, part_, ".log")));
  index_ = KEELSON_TRY(open_log_file(log_part_path(directory_, part_, ".idx")));
  return {};
}

// Makes the counters right again and the file end with a whole frame. Behind damage there may be whole frames: that part is left to the
// readers as it is, and a new one begun.
Result<void> LogWriter::repair() {
  KEELSON_TRY(load_position());
  walk_frames();
  struct stat status {};
  if (::fstat(log_.get(), &status) != 0) return os_error(kStage, "cannot read the size of the log in " + directory_);
  if (const auto end = static_cast<uint64_t>(status.st_size); !ends_in_half_a_frame(log_.get(), size_, end)) {
    size_ = end;
    open_lines_ = 0;
    return rotate(nanoseconds_since_epoch());
  }
  if (::ftruncate(log_.get(), static_cast<off_t>(size_)) != 0 || ::lseek(log_.get(), 0, SEEK_END) < 0 || ::lseek(index_.get(), 0, SEEK_END) < 0)
    return os_error(kStage, "cannot cut the torn end off the log in " + directory_);
  const uint64_t torn = static_cast<uint64_t>(status.st_size) - size_;
  // On a full disk it is told with what else gets lost.
  if (torn > 0 && !write_marker(LogMarker::torn, bytes_of(torn), nanoseconds_since_epoch()).ok()) lost_bytes_ += torn;
  return {};
}

// The last usable entry of the index; those that point beyond the log (it lost its tail, the index did not) are cut off.
Result<void> LogWriter::load_position() {
  struct stat log_status {};
  struct stat index_status {};
  if (::fstat(log_.get(), &log_status) != 0 || ::fstat(index_.get(), &index_status) != 0)
    return os_error(kStage, "cannot read the size of the log in " + directory_);

  LogFrameHeader header{};
  LogPosition position;
  if (read_at(log_.get(), &header, sizeof header, 0) == sizeof header && header.stream == static_cast<uint8_t>(LogStream::marker) &&
      header.flags == static_cast<uint8_t>(LogMarker::begin) && header.length == sizeof position &&
      read_at(log_.get(), &position, sizeof position, sizeof header) == sizeof position)
    start_ = sizeof header + sizeof position;
  else
    position = {};
  bytes_before_ = position.bytes;
  LogIndexEntry entry{start_, 0, position.lines, position.open_lines};

  uint64_t entries = static_cast<uint64_t>(index_status.st_size) / sizeof(LogIndexEntry);
  for (; entries > 0; --entries) {
    LogIndexEntry candidate{};
    const uint64_t at = (entries - 1) * sizeof(LogIndexEntry);
    if (read_at(index_.get(), &candidate, sizeof candidate, at) != sizeof candidate) continue;
    if (candidate.offset < start_ || candidate.offset > static_cast<uint64_t>(log_status.st_size)) continue;
    entry = candidate;
    break;
  }
  size_ = indexed_at_ = entry.offset;
  lines_ = entry.lines;
  open_lines_ = entry.open_lines;
  if (::ftruncate(index_.get(), static_cast<off_t>(entries * sizeof(LogIndexEntry))) != 0)
    return os_error(kStage, "cannot cut the index of the log in " + directory_);
  return {};
}

void LogWriter::walk_frames() {
  std::vector<char> payload(kMaxLogPayload);
  LogFrameHeader header{};
  while (read_at(log_.get(), &header, sizeof header, size_) == sizeof header && plausible(header) &&
         read_at(log_.get(), payload.data(), header.length, size_ + sizeof header) == header.length) {
    if (header.stream == static_cast<uint8_t>(LogStream::marker))
      account(static_cast<LogMarker>(header.flags));
    else
      account(static_cast<LogStream>(header.stream), {payload.data(), header.length});
    size_ += sizeof header + header.length;
  }
}

Result<void> LogWriter::append(LogStream stream, std::string_view bytes, uint64_t nanoseconds) {
  Result<void> result;
  while (!bytes.empty()) {
    const std::string_view payload = bytes.substr(0, kMaxLogPayload);
    if (Result<void> appended = append_frame(stream, payload, nanoseconds); !appended.ok()) {
      lost_bytes_ += payload.size();
      result = std::move(appended);
    }
    bytes.remove_prefix(payload.size());
  }
  return result;
}

Result<void> LogWriter::append_frame(LogStream stream, std::string_view payload, uint64_t nanoseconds) {
  if (size_ > start_ && size_ + sizeof(LogFrameHeader) + payload.size() > caps_.max_bytes) KEELSON_TRY(rotate(nanoseconds));
  if (lost_bytes_ > 0) KEELSON_TRY(tell_lost(nanoseconds));
  KEELSON_TRY(index_if_due(nanoseconds));
  KEELSON_TRY(write_frame({static_cast<uint32_t>(payload.size()), static_cast<uint8_t>(stream), 0, 0, nanoseconds}, payload));
  account(stream, payload);
  return {};
}

Result<void> LogWriter::tell_lost(uint64_t nanoseconds) {
  KEELSON_TRY(write_marker(LogMarker::disk_full, bytes_of(lost_bytes_), nanoseconds));
  lost_bytes_ = 0;
  return {};
}

Result<void> LogWriter::write_marker(LogMarker marker, std::string_view payload, uint64_t nanoseconds) {
  const auto length = static_cast<uint32_t>(payload.size());
  KEELSON_TRY(write_frame({length, static_cast<uint8_t>(LogStream::marker), static_cast<uint8_t>(marker), 0, nanoseconds}, payload));
  account(marker);
  return {};
}

Result<void> LogWriter::write_frame(LogFrameHeader header, std::string_view payload) {
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
  return {};
}

Result<void> LogWriter::index_if_due(uint64_t nanoseconds) {
  if (size_ - indexed_at_ < kLogIndexEvery) return {};
  const LogIndexEntry entry{size_, nanoseconds, lines_, open_lines_};
  KEELSON_TRY(sys::write_all(kStage, index_.get(), bytes_of(entry), log_part_path(directory_, part_, ".idx")));
  indexed_at_ = size_;
  return {};
}

// The oldest part goes first, so that a log at its cap can rotate on a disk that is full. A part is complete from the moment on at which
// the next one exists: readers rely on that.
Result<void> LogWriter::rotate(uint64_t nanoseconds) {
  drop_parts(part_ + 1);
  const LogPosition position{bytes_before_ + size_, lines_, open_lines_};
  sys::UniqueFd index = KEELSON_TRY(open_log_file(log_part_path(directory_, part_ + 1, ".idx"), O_TRUNC));
  sys::UniqueFd log = KEELSON_TRY(open_log_file(log_part_path(directory_, part_ + 1, ".log"), O_TRUNC));
  ++part_;
  log_ = std::move(log);
  index_ = std::move(index);
  size_ = start_ = indexed_at_ = 0;
  bytes_before_ = position.bytes;
  // Without it the part is readable all the same; only what is missing before it cannot be told exactly.
  if (write_marker(LogMarker::begin, bytes_of(position), nanoseconds).ok()) start_ = indexed_at_ = size_;
  return {};
}

// Keeps as many parts as there may be up to `newest`.
void LogWriter::drop_parts(uint64_t newest) {
  if (newest >= caps_.max_files) drop_before(newest - caps_.max_files + 1);
}

void LogWriter::drop_before(uint64_t part) {
  for (; oldest_ < part; ++oldest_) remove_log_part(directory_, oldest_);
}

Result<void> LogWriter::clear() {
  // First, because the new part may need the room.
  drop_before(part_);
  KEELSON_TRY(rotate(nanoseconds_since_epoch()));
  drop_before(part_);
  return {};
}

// Where bytes are missing, the lines of before do not go on.
void LogWriter::account(LogMarker marker) {
  if (marker != LogMarker::begin) open_lines_ = 0;
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
