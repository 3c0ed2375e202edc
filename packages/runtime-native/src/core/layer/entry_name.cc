#include "layer/entry_name.h"

#include <algorithm>

namespace keelson::layer {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr std::string_view kWhiteoutPrefix = ".wh.";
constexpr std::string_view kMetaPrefix = ".wh..wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";

template <class Visit>
bool any_component(std::string_view path, Visit visit) {
  while (!path.empty()) {
    size_t end = std::min(path.find('/'), path.size());
    if (visit(path.substr(0, end))) return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

}  // namespace

Result<EntryName> parse_name(std::string_view name, size_t max_depth) {
  if (name.empty()) return Error{Stage::layer_name, EINVAL, "the name is empty"};
  if (name.size() > kMaxName) return Error{Stage::layer_name, ENAMETOOLONG, "the name is longer than 4096 bytes"};
  if (name.find('\0') != std::string_view::npos) return Error{Stage::layer_name, EINVAL, "the name has a zero byte in it"};

  EntryName out;
  size_t depth = 0;
  const char* refused = nullptr;
  any_component(name, [&](std::string_view component) {
    if (component.empty() || component == ".") return false;
    if (component == "..") refused = "the name has a \"..\" component";
    if (component.size() > kMaxComponent) refused = "a component of the name is longer than 255 bytes";
    if (!out.base.empty()) {
      if (!out.parent.empty()) out.parent += '/';
      out.parent += out.base;
    }
    out.base = component;
    ++depth;
    return refused != nullptr;
  });
  if (refused != nullptr) return Error{Stage::layer_name, EINVAL, refused};
  if (depth > max_depth) {
    return Error{Stage::layer_limit, ENAMETOOLONG, "the name has more than " + std::to_string(max_depth) + " components"};
  }
  return out;
}

Result<MarkedName> parse_marker(const EntryName& name) {
  bool ignored = name.base.starts_with(kMetaPrefix) && name.base != kOpaque;
  bool misplaced = any_component(name.parent, [&](std::string_view component) {
    ignored = ignored || component.starts_with(kMetaPrefix);
    return component.starts_with(kWhiteoutPrefix);
  });
  if (ignored) return MarkedName{Marker::ignored, {}};
  if (misplaced) return Error{Stage::layer_whiteout, EINVAL, "a whiteout is used as a directory"};
  if (name.base == kOpaque) return MarkedName{Marker::opaque, {}};
  if (!name.base.starts_with(kWhiteoutPrefix)) return MarkedName{};

  std::string hidden = name.base.substr(kWhiteoutPrefix.size());
  if (hidden.empty() || hidden == "." || hidden == "..") {
    return Error{Stage::layer_whiteout, EINVAL, "the whiteout names no file"};
  }
  return MarkedName{Marker::whiteout, std::move(hidden)};
}

}  // namespace keelson::layer
