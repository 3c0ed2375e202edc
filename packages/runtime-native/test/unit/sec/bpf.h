// Runs a compiled filter as the kernel does (the subset of classic BPF that our compiler writes), and counts its steps.
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace bpf {

#if defined(__x86_64__)
constexpr uint32_t kArch = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArch = AUDIT_ARCH_AARCH64;
#endif

// What a broken program answers; no filter of ours returns it.
constexpr uint32_t kBroken = 0xdeadbeef;

struct Outcome {
  uint32_t value = kBroken;
  size_t steps = 0;
};

inline Outcome run(const std::vector<sock_filter>& program, const seccomp_data& data) {
  uint32_t accumulator = 0;
  size_t steps = 0;
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& one = program[at];
    ++steps;
    auto branch = [&](bool holds) { at += holds ? one.jt : one.jf; };
    switch (one.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (one.k % 4 != 0 || one.k + 4 > sizeof data) return {};
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + one.k, 4);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= one.k;
        break;
      case BPF_JMP | BPF_JA:
        at += one.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        branch(accumulator == one.k);
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
        branch(accumulator > one.k);
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        branch(accumulator >= one.k);
        break;
      case BPF_RET | BPF_K:
        return {one.k, steps};
      default:
        return {};
    }
  }
  return {};
}

}  // namespace bpf
