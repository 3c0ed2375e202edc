// What we say of ourselves.
#pragma once

namespace keelson::runtime {

inline constexpr const char* kVersion = "0.1.0";
inline constexpr const char* kSpecVersion = "1.2.0";

// What `spec` writes: a shell with few rights on a read-only root.
extern const char* const kSpecTemplate;

}  // namespace keelson::runtime
