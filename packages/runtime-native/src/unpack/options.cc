#include "options.h"

#include <string_view>

#include "layer/pax.h"

namespace keelson::unpack {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// File systems and overlayfs agree on offsets of 63 bits.
constexpr int64_t kMaxBytes = INT64_MAX / 2;
constexpr int64_t kMaxEntries = 100'000'000;

Result<int64_t> number_of(std::string_view option, const char* text, int64_t low, int64_t high) {
  auto value = text == nullptr ? std::nullopt : layer::parse_decimal(text);
  if (value && *value >= low && *value <= high) return *value;
  return Error{Stage::args, EINVAL,
               std::string(option) + " needs a number from " + std::to_string(low) + " to " + std::to_string(high)};
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view option = argv[i];
    if (option == "--sync") {
      options.sync = true;
      continue;
    }
    const char* value = i + 1 < argc ? argv[++i] : nullptr;
    auto number = [&](int64_t low, int64_t high) { return number_of(option, value, low, high); };
    if (option == "--dest-fd") {
      options.dest_fd = static_cast<int>(KEELSON_TRY(number(3, INT32_MAX)));
    } else if (option == "--report-fd") {
      options.report_fd = static_cast<int>(KEELSON_TRY(number(1, INT32_MAX)));
    } else if (option == "--uid-base") {
      // 65536 ids, none of them one of the host's own, none of them (uid_t)-1.
      options.uid_base = static_cast<uint32_t>(KEELSON_TRY(number(65536, UINT32_MAX - 131072)));
    } else if (option == "--limit-bytes") {
      options.limits.bytes = static_cast<uint64_t>(KEELSON_TRY(number(0, kMaxBytes)));
    } else if (option == "--limit-entries") {
      options.limits.entries = static_cast<uint64_t>(KEELSON_TRY(number(1, kMaxEntries)));
    } else if (option == "--limit-depth") {
      options.limits.depth = static_cast<size_t>(KEELSON_TRY(number(1, 2048)));
    } else {
      return Error{Stage::args, EINVAL, "unknown option " + std::string(option)};
    }
  }
  if (options.dest_fd < 0 || options.report_fd < 0 || options.uid_base == 0 || options.limits.entries == 0) {
    return Error{Stage::args, EINVAL, "--dest-fd, --report-fd, --uid-base, --limit-bytes and --limit-entries are needed"};
  }
  return options;
}

}  // namespace keelson::unpack
