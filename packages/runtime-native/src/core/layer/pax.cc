#include "layer/pax.h"

#include <algorithm>
#include <charconv>

namespace keelson::layer {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr std::string_view kXattrPrefix = "SCHILY.xattr.";

Error malformed(std::string_view what) {
  return Error{Stage::layer_pax, EINVAL, "pax header has a malformed " + std::string(what)};
}

template <class T, class Parse>
Result<void> assign(std::optional<T>& out, std::string_view key, std::string_view value, Parse parse) {
  out.reset();
  if (value.empty()) return {};
  auto parsed = parse(value);
  if (!parsed) return malformed(key);
  out = *parsed;
  return {};
}

Result<void> parse_sparse_map(std::string_view value, PaxRecords& out) {
  out.sparse_map.clear();
  out.has_sparse_map = true;
  while (!value.empty()) {
    int64_t pair[2];
    for (int64_t& number : pair) {
      size_t comma = std::min(value.find(','), value.size());
      auto parsed = parse_decimal(value.substr(0, comma));
      if (!parsed || *parsed < 0) return malformed("GNU.sparse.map");
      number = *parsed;
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
    if (out.sparse_map.size() == kMaxSegments) return malformed("GNU.sparse.map: too many segments");
    out.sparse_map.push_back({static_cast<uint64_t>(pair[0]), static_cast<uint64_t>(pair[1])});
  }
  return {};
}

Result<void> apply_sparse(std::string_view key, std::string_view value, PaxRecords& out) {
  if (key == "GNU.sparse.major") return assign(out.sparse_major, key, value, parse_decimal);
  if (key == "GNU.sparse.minor") return assign(out.sparse_minor, key, value, parse_decimal);
  if (key == "GNU.sparse.size" || key == "GNU.sparse.realsize") return assign(out.sparse_size, key, value, parse_decimal);
  if (key == "GNU.sparse.map") return parse_sparse_map(value, out);
  if (key == "GNU.sparse.name") {
    out.sparse_name = std::string(value);
    return {};
  }
  if (key == "GNU.sparse.offset") {
    auto offset = parse_decimal(value);
    if (!offset || *offset < 0 || out.sparse_map.size() == kMaxSegments) return malformed(key);
    out.has_sparse_map = true;
    out.sparse_map.push_back({static_cast<uint64_t>(*offset), 0});
  } else if (key == "GNU.sparse.numbytes") {
    auto length = parse_decimal(value);
    if (!length || *length < 0 || out.sparse_map.empty()) return malformed(key);
    out.sparse_map.back().length = static_cast<uint64_t>(*length);
  }
  return {};
}

Result<void> apply(std::string_view key, std::string_view value, PaxRecords& out) {
  auto as_text = [](std::string_view text) { return std::optional<std::string>(std::string(text)); };
  if (key == "path") return assign(out.path, key, value, as_text);
  if (key == "linkpath") return assign(out.link_path, key, value, as_text);
  if (key == "size") return assign(out.size, key, value, parse_decimal);
  if (key == "uid") return assign(out.uid, key, value, parse_decimal);
  if (key == "gid") return assign(out.gid, key, value, parse_decimal);
  if (key == "mtime") return assign(out.mtime, key, value, parse_pax_time);
  if (key == "atime") return assign(out.atime, key, value, parse_pax_time);
  if (key.starts_with("GNU.sparse.")) return apply_sparse(key, value, out);
  if (key.starts_with(kXattrPrefix)) {
    std::string name(key.substr(kXattrPrefix.size()));
    std::erase_if(out.xattrs, [&](const auto& known) { return known.first == name; });
    if (out.xattrs.size() == 1024) return malformed("list of attributes: more than 1024");
    out.xattrs.emplace_back(std::move(name), std::string(value));
  }
  return {};
}

}  // namespace

std::optional<int64_t> parse_decimal(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<timespec> parse_pax_time(std::string_view text) {
  size_t dot = std::min(text.find('.'), text.size());
  auto seconds = parse_decimal(text.substr(0, dot));
  if (!seconds) return std::nullopt;
  std::string_view fraction = dot < text.size() ? text.substr(dot + 1) : std::string_view();
  long nanoseconds = 0;
  for (size_t i = 0; i < 9; ++i) nanoseconds = nanoseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  for (char digit : fraction) {
    if (digit < '0' || digit > '9') return std::nullopt;
  }
  timespec time{static_cast<time_t>(*seconds), nanoseconds};
  if (text.starts_with('-') && nanoseconds != 0) {
    if (time.tv_sec == INT64_MIN) return std::nullopt;
    time.tv_sec -= 1;
    time.tv_nsec = 1000000000 - nanoseconds;
  }
  return time;
}

Result<PaxRecords> parse_pax(std::string_view bytes) {
  PaxRecords out;
  while (!bytes.empty()) {
    // Some writers pad the last record with zeros.
    if (bytes.find_first_not_of('\0') == std::string_view::npos) break;
    size_t space = bytes.find(' ');
    if (space == std::string_view::npos || space == 0 || space > 10) return malformed("record length");
    auto length = parse_decimal(bytes.substr(0, space));
    if (!length || *length < static_cast<int64_t>(space) + 3 || static_cast<uint64_t>(*length) > bytes.size()) {
      return malformed("record length");
    }
    std::string_view record = bytes.substr(0, static_cast<size_t>(*length));
    bytes.remove_prefix(record.size());
    if (record.back() != '\n') return malformed("record: it does not end with a newline");
    record = record.substr(space + 1, record.size() - space - 2);
    size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0) return malformed("record: it has no key");
    KEELSON_TRY(apply(record.substr(0, equals), record.substr(equals + 1), out));
  }
  if (out.sparse_name) out.path = out.sparse_name;
  return out;
}

Result<void> merge_global(PaxRecords& global, PaxRecords records) {
  if (records.path || records.link_path || records.size || records.sparse_major || records.has_sparse_map) {
    return Error{Stage::layer_pax, EINVAL, "global pax header sets the path, link, size or sparse map of every entry"};
  }
  if (records.uid) global.uid = records.uid;
  if (records.gid) global.gid = records.gid;
  if (records.mtime) global.mtime = records.mtime;
  if (records.atime) global.atime = records.atime;
  if (!records.xattrs.empty()) global.xattrs = std::move(records.xattrs);
  return {};
}

}  // namespace keelson::layer
