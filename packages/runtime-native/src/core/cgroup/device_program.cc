// Documentation/admin-guide/cgroup-v2.rst ("Device controller"), bpf(2), and struct bpf_cgroup_dev_ctx of <linux/bpf.h>.
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstddef>

#include "cgroup/devices.h"

namespace keelson::cgroup {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr unsigned kEveryAccess = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;

// What the registers hold throughout the program.
constexpr __u8 kAnswer = BPF_REG_0;
constexpr __u8 kContext = BPF_REG_1;
constexpr __u8 kType = BPF_REG_2;
constexpr __u8 kWanted = BPF_REG_3;
constexpr __u8 kMajor = BPF_REG_4;
constexpr __u8 kMinor = BPF_REG_5;
constexpr __u8 kGranted = BPF_REG_6;

bpf_insn load_word(__u8 to, size_t offset) { return {BPF_LDX | BPF_MEM | BPF_W, to, kContext, static_cast<__s16>(offset), 0}; }
bpf_insn compute(__u8 operation, __u8 to, unsigned value) {
  return {static_cast<__u8>(BPF_ALU64 | operation | BPF_K), to, 0, 0, static_cast<__s32>(value)};
}
bpf_insn skip_unless(__u8 reg, int64_t value, size_t instructions) {
  return {BPF_JMP | BPF_JNE | BPF_K, reg, 0, static_cast<__s16>(instructions), static_cast<__s32>(value)};
}

bool any_number(const std::optional<int64_t>& number) { return !number || *number < 0; }

Result<void> append_rule(std::vector<bpf_insn>& program, const spec::DeviceRule& rule) {
  const unsigned access = KEELSON_TRY(access_bits(rule.access));
  std::vector<std::pair<__u8, int64_t>> tests;
  if (rule.type != 'a') tests.emplace_back(kType, rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
  if (!any_number(rule.major)) tests.emplace_back(kMajor, *rule.major);
  if (!any_number(rule.minor)) tests.emplace_back(kMinor, *rule.minor);
  for (size_t at = 0; at < tests.size(); ++at) {
    if (tests[at].second > INT_MAX) return Error{Stage::cgroup_limit, EINVAL, "a device number is too large"};
    program.push_back(skip_unless(tests[at].first, tests[at].second, tests.size() - at));
  }
  program.push_back(rule.allow ? compute(BPF_OR, kGranted, access) : compute(BPF_AND, kGranted, kEveryAccess & ~access));
  return {};
}

long bpf(int command, bpf_attr& attributes) { return ::syscall(SYS_bpf, command, &attributes, sizeof attributes); }

}  // namespace

Result<unsigned> access_bits(const std::string& letters) {
  unsigned bits = 0;
  for (char letter : letters) {
    if (letter == 'r') bits |= BPF_DEVCG_ACC_READ;
    else if (letter == 'w') bits |= BPF_DEVCG_ACC_WRITE;
    else if (letter == 'm') bits |= BPF_DEVCG_ACC_MKNOD;
    else return Error{Stage::cgroup_limit, EINVAL, "\"" + letters + "\" is no access to a device; it is made of r, w and m"};
  }
  if (bits == 0) return Error{Stage::cgroup_limit, EINVAL, "a rule about devices names no access"};
  return bits;
}

Result<std::vector<bpf_insn>> assemble_device_program(const std::vector<spec::DeviceRule>& rules) {
  std::vector<bpf_insn> program = {
      load_word(kType, offsetof(bpf_cgroup_dev_ctx, access_type)),
      load_word(kWanted, offsetof(bpf_cgroup_dev_ctx, access_type)),
      // The type is the lower half, the access the upper one.
      compute(BPF_AND, kType, 0xffff),
      compute(BPF_RSH, kWanted, 16),
      load_word(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
      load_word(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
      compute(BPF_MOV, kGranted, 0),
  };
  for (const spec::DeviceRule& rule : rules) KEELSON_TRY(append_rule(program, rule));
  // Yes where nothing is wanted that is not granted.
  program.push_back(compute(BPF_XOR, kGranted, kEveryAccess));
  program.push_back({BPF_ALU64 | BPF_AND | BPF_X, kWanted, kGranted, 0, 0});
  program.push_back(compute(BPF_MOV, kAnswer, 1));
  program.push_back({BPF_JMP | BPF_JEQ | BPF_K, kWanted, 0, 1, 0});
  program.push_back(compute(BPF_MOV, kAnswer, 0));
  program.push_back({BPF_JMP | BPF_EXIT, 0, 0, 0, 0});
  return program;
}

Result<UniqueFd> attach_device_program(int group, const std::vector<spec::DeviceRule>& rules, const UniqueFd& present) {
  const std::vector<bpf_insn> program = KEELSON_TRY(assemble_device_program(rules));
  bpf_attr load{};
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<__u64>(program.data());
  load.insn_cnt = static_cast<__u32>(program.size());
  load.license = reinterpret_cast<__u64>("Apache-2.0");
  UniqueFd loaded(static_cast<int>(bpf(BPF_PROG_LOAD, load)));
  if (!loaded) return os_error(Stage::cgroup_limit, "the kernel did not take the program that decides about devices");

  bpf_attr attach{};
  attach.target_fd = static_cast<__u32>(group);
  attach.attach_bpf_fd = static_cast<__u32>(loaded.get());
  attach.attach_type = BPF_CGROUP_DEVICE;
  attach.attach_flags = BPF_F_ALLOW_MULTI;
  if (present) {
    attach.attach_flags |= BPF_F_REPLACE;
    attach.replace_bpf_fd = static_cast<__u32>(present.get());
  }
  if (bpf(BPF_PROG_ATTACH, attach) != 0) return os_error(Stage::cgroup_limit, "cannot attach the program that decides about devices");
  return loaded;
}

}  // namespace keelson::cgroup
