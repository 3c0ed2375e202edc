#include "sec/seccomp.h"

#include <errno.h>
#include <sys/syscall.h>

#include <string>

#include "../check.h"
#include "bpf.h"
#include "syscall_number.h"

namespace {

using keelson::sec::compile_seccomp;
using keelson::spec::Seccomp;
using keelson::spec::SeccompAction;
using keelson::spec::SeccompArg;
using keelson::spec::SeccompOperator;
using keelson::spec::SeccompRule;
using Program = std::vector<sock_filter>;

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t error(int code) { return SECCOMP_RET_ERRNO | static_cast<uint32_t>(code); }

SeccompRule allow(std::vector<std::string> names, std::vector<SeccompArg> args = {}) {
  return {.names = std::move(names), .action = SeccompAction::allow, .errno_value = 1, .args = std::move(args)};
}

SeccompRule deny(std::vector<std::string> names, uint32_t code, std::vector<SeccompArg> args = {}) {
  return {.names = std::move(names), .action = SeccompAction::errno_code, .errno_value = code, .args = std::move(args)};
}

SeccompArg arg(uint32_t index, SeccompOperator op, uint64_t value, uint64_t value_two = 0) {
  return {.index = index, .value = value, .value_two = value_two, .op = op};
}

Seccomp profile(std::vector<SeccompRule> rules) {
  Seccomp made;
  made.rules = std::move(rules);
  return made;
}

Program compiled(const Seccomp& from) {
  auto program = compile_seccomp(from);
  CHECK(program.ok());
  return program.ok() ? std::move(program).value() : Program{};
}

uint32_t ask(const Program& program, long number, std::vector<uint64_t> args = {}, uint32_t arch = bpf::kArch) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = arch;
  for (size_t at = 0; at < args.size(); ++at) data.args[at] = args[at];
  return bpf::run(program, data).value;
}

TEST("allows what the profile names and refuses the rest with its errno") {
  const Program program = compiled(profile({allow({"read", "write", "statx"})}));
  CHECK(ask(program, SYS_read) == kAllow);
  CHECK(ask(program, SYS_write) == kAllow);
  CHECK(ask(program, SYS_statx) == kAllow);
  CHECK(ask(program, SYS_mount) == error(EPERM));
}

TEST("gives ENOSYS for numbers above the highest one of the profile, unless the default allows or kills") {
  Seccomp from = profile({allow({"read", "futex_waitv"})});
  CHECK(ask(compiled(from), 450) == error(ENOSYS));
  CHECK(ask(compiled(from), 5000) == error(ENOSYS));
  CHECK(ask(compiled(from), 448) == error(EPERM));
  from.default_action = SeccompAction::kill_process;
  CHECK(ask(compiled(from), 5000) == SECCOMP_RET_KILL_PROCESS);
  from.default_action = SeccompAction::allow;
  CHECK(ask(compiled(from), 5000) == kAllow);
}

TEST("kills a process that calls by another architecture") {
  Seccomp from = profile({allow({"read"})});
  from.default_action = SeccompAction::allow;
  CHECK(ask(compiled(from), SYS_read, {}, AUDIT_ARCH_I386) == SECCOMP_RET_KILL_PROCESS);
  CHECK(ask(compiled(from), SYS_read, {}, AUDIT_ARCH_ARM) == SECCOMP_RET_KILL_PROCESS);
}

#if defined(__x86_64__)
TEST("refuses x32 numbers and -1 even where the default allows") {
  Seccomp from;
  from.default_action = SeccompAction::allow;
  const Program program = compiled(from);
  CHECK(ask(program, 0x40000000 | SYS_read) == error(ENOSYS));
  CHECK(ask(program, 0x40000000) == error(ENOSYS));
  CHECK(ask(program, -1) == error(ENOSYS));
  CHECK(ask(program, 0x3fffffff) == kAllow);
}
#endif

TEST("compares all 64 bits of an argument, unsigned") {
  struct Case {
    SeccompOperator op;
    bool below, same, above;
  };
  constexpr Case cases[] = {{SeccompOperator::eq, false, true, false}, {SeccompOperator::ne, true, false, true},
                            {SeccompOperator::lt, true, false, false}, {SeccompOperator::le, true, true, false},
                            {SeccompOperator::gt, false, false, true}, {SeccompOperator::ge, false, true, true}};
  constexpr uint64_t values[] = {1, 0xffffffff, 0x100000000, 0x500000005, 0x8000000000000000, 0xfffffffffffffffe};
  constexpr uint64_t distances[] = {1, 0x100000000, 0xffffffff};
  for (const Case& one : cases) {
    for (uint64_t value : values) {
      const Program program = compiled(profile({allow({"read"}, {arg(3, one.op, value)})}));
      CHECK((ask(program, SYS_read, {9, 9, 9, value}) == kAllow) == one.same);
      for (uint64_t distance : distances) {
        if (distance <= value) CHECK((ask(program, SYS_read, {9, 9, 9, value - distance}) == kAllow) == one.below);
        if (value + distance > value) CHECK((ask(program, SYS_read, {9, 9, 9, value + distance}) == kAllow) == one.above);
      }
    }
  }
}

TEST("masks both halves of an argument before it compares") {
  const Program program = compiled(profile({allow({"read"}, {arg(0, SeccompOperator::masked_eq, 0xf0000000f0, 0x1000000020)})}));
  CHECK(ask(program, SYS_read, {0x1000000020}) == kAllow);
  CHECK(ask(program, SYS_read, {(0xff0f1fffffff2f & ~uint64_t{0xf0000000f0}) | 0x1000000020}) == kAllow);
  CHECK(ask(program, SYS_read, {0x20}) == error(EPERM));
  CHECK(ask(program, SYS_read, {0x1000000030}) == error(EPERM));
  CHECK(ask(program, SYS_read, {0x2000000020}) == error(EPERM));
}

TEST("wants all arguments of one rule, and takes any rule of several") {
  const Program program = compiled(profile({
      allow({"socket"}, {arg(0, SeccompOperator::eq, 16), arg(2, SeccompOperator::eq, 0)}),
      allow({"socket"}, {arg(0, SeccompOperator::eq, 16), arg(2, SeccompOperator::eq, 15)}),
      allow({"socket"}, {arg(0, SeccompOperator::eq, 1)}),
  }));
  CHECK(ask(program, SYS_socket, {16, 3, 0}) == kAllow);
  CHECK(ask(program, SYS_socket, {16, 3, 15}) == kAllow);
  CHECK(ask(program, SYS_socket, {16, 3, 9}) == error(EPERM));
  CHECK(ask(program, SYS_socket, {1, 3, 9}) == kAllow);
  CHECK(ask(program, SYS_socket, {38, 5, 0}) == error(EPERM));
}

TEST("asks rules with arguments before those without, and refusals before allowances, whatever their order") {
  const std::vector<SeccompArg> one{arg(0, SeccompOperator::eq, 1)};
  const Program narrow_refusal = compiled(profile({allow({"read"}), deny({"read"}, ENODEV, one)}));
  CHECK(ask(narrow_refusal, SYS_read, {1}) == error(ENODEV));
  CHECK(ask(narrow_refusal, SYS_read, {2}) == kAllow);
  const Program narrow_allowance = compiled(profile({deny({"read"}, ENODEV), allow({"read"}, one)}));
  CHECK(ask(narrow_allowance, SYS_read, {1}) == kAllow);
  CHECK(ask(narrow_allowance, SYS_read, {2}) == error(ENODEV));
  CHECK(ask(compiled(profile({allow({"read"}), deny({"read"}, ENODEV)})), SYS_read) == error(ENODEV));
  CHECK(ask(compiled(profile({allow({"read"}, one), deny({"read"}, ENODEV, one)})), SYS_read, {1}) == error(ENODEV));
}

TEST("answers with each action") {
  auto with = [](SeccompAction action) {
    SeccompRule rule = allow({"read"});
    rule.action = action;
    return ask(compiled(profile({rule})), SYS_read);
  };
  CHECK(with(SeccompAction::kill_process) == SECCOMP_RET_KILL_PROCESS);
  CHECK(with(SeccompAction::kill_thread) == SECCOMP_RET_KILL_THREAD);
  CHECK(with(SeccompAction::trap) == SECCOMP_RET_TRAP);
  CHECK(with(SeccompAction::log) == SECCOMP_RET_LOG);
}

TEST("finds the right one of 400 rules, farther away than one jump reaches") {
  std::vector<SeccompRule> rules;
  for (uint64_t value = 0; value < 400; ++value) rules.push_back(allow({"read"}, {arg(1, SeccompOperator::eq, value * 3)}));
  rules.push_back(allow({"write", "close", "getpid"}));
  const Program program = compiled(profile(rules));
  for (uint64_t value = 0; value < 1200; ++value) {
    CHECK(ask(program, SYS_read, {7, value}) == (value % 3 == 0 ? kAllow : error(EPERM)));
  }
  CHECK(ask(program, SYS_write) == kAllow);
  CHECK(ask(program, SYS_lseek) == error(EPERM));
  CHECK(ask(program, SYS_read, {}, AUDIT_ARCH_I386) == SECCOMP_RET_KILL_PROCESS);
}

TEST("reaches every call when each has a rule of its own") {
  std::vector<SeccompRule> rules;
  for (uint32_t number = 0; number < 300; ++number) rules.push_back(deny({}, 100 + number, {arg(0, SeccompOperator::gt, number)}));
  const char* names[] = {"read", "write", "openat", "close", "mmap", "socket", "clone", "execve", "futex", "statx"};
  for (size_t at = 0; at < rules.size(); ++at) rules[at].names = {names[at % 10]};
  const Program program = compiled(profile(rules));
  for (size_t at = 0; at < 10; ++at) {
    CHECK(ask(program, *syscall_number(names[at]), {at + 1}) == error(100 + static_cast<int>(at)));
    CHECK(ask(program, *syscall_number(names[at]), {0}) == error(EPERM));
  }
}

TEST("refuses a profile longer than the kernel takes, and an argument that no call has") {
  std::vector<SeccompRule> rules;
  for (uint64_t value = 0; value < 1100; ++value) rules.push_back(allow({"read"}, {arg(1, SeccompOperator::eq, value)}));
  const auto long_one = compile_seccomp(profile(rules));
  CHECK(!long_one.ok());
  CHECK(!long_one.ok() && long_one.error().stage == keelson::sys::Stage::sec_seccomp);
  CHECK(!compile_seccomp(profile({allow({"read"}, {arg(6, SeccompOperator::eq, 0)})})).ok());
}

TEST("holds every condition of a long rule, and refuses a rule longer than a jump spans") {
  for (size_t count : {2, 30, 42, 43, 51, 52, 64, 65, 85, 200}) {
    for (SeccompOperator op : {SeccompOperator::ge, SeccompOperator::eq, SeccompOperator::masked_eq}) {
      std::vector<SeccompArg> args(count, arg(1, op, 5, 5));
      args.front() = arg(0, SeccompOperator::eq, 7);
      const auto program = compile_seccomp(profile({allow({"read"}, args)}));
      CHECK(program.ok() == (count <= 42));
      if (!program.ok()) continue;
      CHECK(ask(program.value(), SYS_read, {7, 5}) == kAllow);
      CHECK(ask(program.value(), SYS_read, {8, 5}) == error(EPERM));
      CHECK(ask(program.value(), SYS_read, {7, 2}) == error(EPERM));
    }
  }
}

TEST("skips names that this architecture lacks and knows calls newer than the headers") {
  const Program program = compiled(profile({allow({"no_such_call", "read", "mseal"})}));
  CHECK(ask(program, SYS_read) == kAllow);
  CHECK(ask(program, 462) == kAllow);
  CHECK(ask(program, 463) == error(ENOSYS));
  CHECK(!syscall_number("no_such_call"));
  CHECK(!syscall_number(""));
  CHECK(syscall_number("clone3") == 435u);
}

}  // namespace
