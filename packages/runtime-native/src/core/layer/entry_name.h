// Names in a layer: checked once, then only used one component at a time or below the root's descriptor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sys/result.h"

namespace keelson::layer {

// PATH_MAX and NAME_MAX of linux/limits.h.
inline constexpr size_t kMaxName = 4096;
inline constexpr size_t kMaxComponent = 255;

// A name taken apart. The root itself has an empty base.
struct EntryName {
  std::string parent;  // "a/b": no slash at either end, no "." or ".."; empty is the root
  std::string base;
};

// Takes absolute names relative to the root, drops "." and empty components; refuses "..", zero bytes and what is too
// long, and more than `max_depth` components.
sys::Result<EntryName> parse_name(std::string_view name, size_t max_depth);

// Overlay semantics of OCI image-spec, "Whiteouts", and what aufs left in old images.
enum class Marker {
  none,
  whiteout,  // ".wh.NAME": NAME of the lower layers is hidden
  opaque,    // ".wh..wh..opq": everything of the lower layers in this directory is hidden
  ignored,   // ".wh..wh.*": bookkeeping of aufs
};

struct MarkedName {
  Marker marker = Marker::none;
  std::string hidden;  // NAME of a whiteout
};

// Refuses whiteouts of nothing, "." and "..", and a marker in the middle of a path.
sys::Result<MarkedName> parse_marker(const EntryName& name);

}  // namespace keelson::layer
