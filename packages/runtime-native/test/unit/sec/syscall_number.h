// The numbers of src/core/sec/syscalls.inc, which the compiler of filters keeps to itself.
#pragma once

#include <asm/unistd.h>

#include <cstdint>
#include <optional>
#include <string_view>

inline std::optional<uint32_t> syscall_number(std::string_view wanted) {
  struct Syscall {
    std::string_view name;
    uint32_t number;
  };
  static constexpr Syscall kSyscalls[] = {
#define KEELSON_SYSCALL(name, number) {name, number},
#include "sec/syscalls.inc"
#undef KEELSON_SYSCALL
  };
  for (const Syscall& one : kSyscalls)
    if (one.name == wanted) return one.number;
  return std::nullopt;
}
