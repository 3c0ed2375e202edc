#include "sec/seccomp.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace keelson::sec {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr uint32_t kX32Bit = 0x40000000;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "no seccomp architecture for this machine"
#endif

const std::unordered_map<std::string_view, uint32_t>& syscall_numbers() {
  static const std::unordered_map<std::string_view, uint32_t> numbers = {
#define KEELSON_SYSCALL(name, number) {name, number},
#include "sec/syscalls.inc"
#undef KEELSON_SYSCALL
  };
  return numbers;
}

// ---- instructions ----

using Program = std::vector<sock_filter>;

sock_filter statement(uint16_t code, uint32_t value) { return {code, 0, 0, value}; }
sock_filter jump(uint16_t code, uint32_t value, uint8_t when_true, uint8_t when_false) { return {code, when_true, when_false, value}; }
sock_filter load(size_t offset) { return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
sock_filter verdict(uint32_t value) { return statement(BPF_RET | BPF_K, value); }

void append(Program& program, const Program& more) { program.insert(program.end(), more.begin(), more.end()); }

uint32_t verdict_of(spec::SeccompAction action, uint32_t errno_value) {
  switch (action) {
    case spec::SeccompAction::allow:
      return SECCOMP_RET_ALLOW;
    case spec::SeccompAction::errno_code:
      return SECCOMP_RET_ERRNO | (errno_value & SECCOMP_RET_DATA);
    case spec::SeccompAction::kill_process:
      return SECCOMP_RET_KILL_PROCESS;
    case spec::SeccompAction::kill_thread:
      return SECCOMP_RET_KILL_THREAD;
    case spec::SeccompAction::trap:
      return SECCOMP_RET_TRAP;
    case spec::SeccompAction::log:
      return SECCOMP_RET_LOG;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

uint32_t verdict_of(const spec::SeccompRule& rule) { return verdict_of(rule.action, rule.errno_value); }

// The kernel's own order between filters: the smaller action, read as a signed number, is the more restrictive one (seccomp(2)).
bool stricter(uint32_t one, uint32_t other) {
  return static_cast<int32_t>(one & SECCOMP_RET_ACTION_FULL) < static_cast<int32_t>(other & SECCOMP_RET_ACTION_FULL);
}

// ---- one argument: 64 bits, compared as two words ----

// Where a comparison goes on: to the check's end, or out of the rule. Offsets are filled in when the lengths are known.
enum class Goto { next, pass, fail };

struct Step {
  sock_filter instruction;
  Goto when_true = Goto::next;
  Goto when_false = Goto::next;
  bool compares = false;
};

Step compare(uint16_t operation, uint64_t word, Goto when_true, Goto when_false) {
  return {jump(BPF_JMP | operation | BPF_K, static_cast<uint32_t>(word), 0, 0), when_true, when_false, true};
}
Step plain(sock_filter instruction) { return {instruction}; }

constexpr uint64_t high(uint64_t value) { return value >> 32; }
constexpr uint64_t low(uint64_t value) { return value & 0xffffffff; }

// seccomp_data is in the machine's byte order; both of our machines are little-endian.
size_t low_word(uint32_t index) { return offsetof(seccomp_data, args) + index * sizeof(uint64_t); }
size_t high_word(uint32_t index) { return low_word(index) + sizeof(uint32_t); }

std::vector<Step> check_equal(const spec::SeccompArg& arg, Goto equal, Goto different) {
  return {plain(load(high_word(arg.index))), compare(BPF_JEQ, high(arg.value), Goto::next, different),
          plain(load(low_word(arg.index))), compare(BPF_JEQ, low(arg.value), equal, different)};
}

// `operation` on the low words decides where the high words are equal: BPF_JGT or BPF_JGE.
std::vector<Step> check_greater(const spec::SeccompArg& arg, uint16_t operation, Goto yes, Goto no) {
  return {plain(load(high_word(arg.index))), compare(BPF_JGT, high(arg.value), yes, Goto::next),
          compare(BPF_JEQ, high(arg.value), Goto::next, no), plain(load(low_word(arg.index))),
          compare(operation, low(arg.value), yes, no)};
}

std::vector<Step> check_masked(const spec::SeccompArg& arg) {
  return {plain(load(high_word(arg.index))), plain(statement(BPF_ALU | BPF_AND | BPF_K, static_cast<uint32_t>(high(arg.value)))),
          compare(BPF_JEQ, high(arg.value_two), Goto::next, Goto::fail), plain(load(low_word(arg.index))),
          plain(statement(BPF_ALU | BPF_AND | BPF_K, static_cast<uint32_t>(low(arg.value)))),
          compare(BPF_JEQ, low(arg.value_two), Goto::pass, Goto::fail)};
}

std::vector<Step> check_argument(const spec::SeccompArg& arg) {
  switch (arg.op) {
    case spec::SeccompOperator::eq:
      return check_equal(arg, Goto::pass, Goto::fail);
    case spec::SeccompOperator::ne:
      return check_equal(arg, Goto::fail, Goto::pass);
    case spec::SeccompOperator::gt:
      return check_greater(arg, BPF_JGT, Goto::pass, Goto::fail);
    case spec::SeccompOperator::ge:
      return check_greater(arg, BPF_JGE, Goto::pass, Goto::fail);
    case spec::SeccompOperator::lt:
      return check_greater(arg, BPF_JGE, Goto::fail, Goto::pass);
    case spec::SeccompOperator::le:
      return check_greater(arg, BPF_JGT, Goto::fail, Goto::pass);
    case spec::SeccompOperator::masked_eq:
      return check_masked(arg);
  }
  return {};
}

constexpr uint32_t kLastArgument = 5;
// A check has at most six steps, and the first of a rule jumps behind the last: 255 instructions at most.
constexpr size_t kMaxChecks = 42;

Result<void> check_rule(const spec::SeccompRule& rule) {
  if (rule.args.size() > kMaxChecks)
    return Error{Stage::sec_seccomp, E2BIG, "a seccomp rule has " + std::to_string(rule.args.size()) + " conditions; " + std::to_string(kMaxChecks) + " at most"};
  for (const spec::SeccompArg& arg : rule.args)
    if (arg.index > kLastArgument)
      return Error{Stage::sec_seccomp, EINVAL, "a seccomp rule names argument " + std::to_string(arg.index) + "; a call has 0 to 5"};
  return {};
}

// All arguments must hold, then the verdict; otherwise control leaves behind it.
Program rule_with_arguments(const spec::SeccompRule& rule) {
  std::vector<Step> steps;
  std::vector<size_t> pass_at;
  for (const spec::SeccompArg& arg : rule.args) {
    const std::vector<Step> check = check_argument(arg);
    steps.insert(steps.end(), check.begin(), check.end());
    pass_at.resize(steps.size(), steps.size());
  }
  const size_t fail_at = steps.size() + 1;
  Program program;
  for (size_t at = 0; at < steps.size(); ++at) {
    sock_filter instruction = steps[at].instruction;
    const auto offset = [&](Goto where) {
      if (where == Goto::next) return uint8_t{0};
      return static_cast<uint8_t>((where == Goto::pass ? pass_at[at] : fail_at) - at - 1);
    };
    if (steps[at].compares) {
      instruction.jt = offset(steps[at].when_true);
      instruction.jf = offset(steps[at].when_false);
    }
    program.push_back(instruction);
  }
  program.push_back(verdict(verdict_of(rule)));
  return program;
}

// ---- the whole: ranges of numbers with the same code, found by bisection ----

struct Range {
  uint32_t first;
  Program code;
};

std::map<uint32_t, std::vector<const spec::SeccompRule*>> rules_by_number(const spec::Seccomp& profile) {
  std::map<uint32_t, std::vector<const spec::SeccompRule*>> by_number;
  for (const spec::SeccompRule& rule : profile.rules)
    for (const std::string& name : rule.names)
      if (const auto found = syscall_numbers().find(name); found != syscall_numbers().end()) by_number[found->second].push_back(&rule);
  return by_number;
}

Program code_of(const std::vector<const spec::SeccompRule*>& rules, uint32_t fallback) {
  std::vector<const spec::SeccompRule*> conditional;
  std::optional<uint32_t> otherwise;
  for (const spec::SeccompRule* rule : rules) {
    if (!rule->args.empty())
      conditional.push_back(rule);
    else if (!otherwise || stricter(verdict_of(*rule), *otherwise))
      otherwise = verdict_of(*rule);
  }
  const auto comes_first = [](const auto* one, const auto* other) { return stricter(verdict_of(*one), verdict_of(*other)); };
  std::stable_sort(conditional.begin(), conditional.end(), comes_first);
  Program code;
  for (const spec::SeccompRule* rule : conditional) append(code, rule_with_arguments(*rule));
  code.push_back(verdict(otherwise.value_or(fallback)));
  return code;
}

bool same_code(const Program& one, const Program& other) {
  // A single verdict only: code with jumps is not worth sharing.
  return one.size() == 1 && other.size() == 1 && one.front().k == other.front().k;
}

void add_range(std::vector<Range>& ranges, uint32_t first, Program code) {
  if (!ranges.empty() && same_code(ranges.back().code, code)) return;
  ranges.push_back({first, std::move(code)});
}

std::vector<Range> ranges_of(const spec::Seccomp& profile) {
  const uint32_t unknown = verdict_of(profile.default_action, profile.default_errno);
  std::vector<Range> ranges;
  uint32_t next = 0;
  for (const auto& [number, rules] : rules_by_number(profile)) {
    if (number > next) add_range(ranges, next, {verdict(unknown)});
    add_range(ranges, number, code_of(rules, unknown));
    next = number + 1;
  }
  // A profile that names no call we know has no age to judge others by.
  const bool newer_is_unknown = next > 0 && profile.default_action == spec::SeccompAction::errno_code;
  add_range(ranges, next, {verdict(newer_is_unknown ? SECCOMP_RET_ERRNO | ENOSYS : unknown)});
  return ranges;
}

// The number is in the accumulator. A jump reaches 255 instructions, an unconditional one any distance.
Program bisect(const std::vector<Range>& ranges, size_t begin, size_t end) {
  if (end - begin == 1) return ranges[begin].code;
  const size_t middle = begin + (end - begin) / 2;
  const Program below = bisect(ranges, begin, middle);
  Program program;
  if (below.size() <= 255) {
    program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, ranges[middle].first, static_cast<uint8_t>(below.size()), 0));
  } else {
    program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, ranges[middle].first, 0, 1));
    program.push_back(statement(BPF_JMP | BPF_JA, static_cast<uint32_t>(below.size())));
  }
  append(program, below);
  append(program, bisect(ranges, middle, end));
  return program;
}

Program prologue() {
  Program program = {load(offsetof(seccomp_data, arch)), jump(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
                     verdict(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
#if defined(__x86_64__)
  program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, kX32Bit, 0, 1));
  program.push_back(verdict(SECCOMP_RET_ERRNO | ENOSYS));
#endif
  return program;
}

}  // namespace

Result<std::vector<sock_filter>> compile_seccomp(const spec::Seccomp& profile) {
  for (const spec::SeccompRule& rule : profile.rules) KEELSON_TRY(check_rule(rule));
  const std::vector<Range> ranges = ranges_of(profile);
  Program program = prologue();
  append(program, bisect(ranges, 0, ranges.size()));
  if (program.size() > BPF_MAXINSNS)
    return Error{Stage::sec_seccomp, E2BIG, "the seccomp profile needs " + std::to_string(program.size()) + " instructions, more than the kernel takes"};
  return program;
}

Result<void> apply_seccomp(const std::vector<sock_filter>& filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return os_error(Stage::sec_seccomp, "cannot load the seccomp filter");
  return {};
}

}  // namespace keelson::sec
