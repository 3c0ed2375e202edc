#include <algorithm>
#include <iterator>

#include "spec/decode.h"

namespace keelson::spec {
namespace {

template <class T>
struct Word {
  std::string_view name;
  T value;
};

constexpr Word<SeccompAction> kActions[] = {
    {"SCMP_ACT_ALLOW", SeccompAction::allow},          {"SCMP_ACT_ERRNO", SeccompAction::errno_code},
    {"SCMP_ACT_KILL", SeccompAction::kill_thread},     {"SCMP_ACT_KILL_PROCESS", SeccompAction::kill_process},
    {"SCMP_ACT_KILL_THREAD", SeccompAction::kill_thread}, {"SCMP_ACT_TRAP", SeccompAction::trap},
    {"SCMP_ACT_LOG", SeccompAction::log}};

constexpr Word<SeccompOperator> kOperators[] = {
    {"SCMP_CMP_EQ", SeccompOperator::eq}, {"SCMP_CMP_NE", SeccompOperator::ne}, {"SCMP_CMP_LT", SeccompOperator::lt},
    {"SCMP_CMP_LE", SeccompOperator::le}, {"SCMP_CMP_GT", SeccompOperator::gt}, {"SCMP_CMP_GE", SeccompOperator::ge},
    {"SCMP_CMP_MASKED_EQ", SeccompOperator::masked_eq}};

template <class T, size_t N>
T decode_word(const JsonValue& value, const Word<T> (&words)[N]) {
  const std::string name = value.required_string();
  const auto* found = std::find_if(std::begin(words), std::end(words), [&](const Word<T>& word) { return word.name == name; });
  if (found != std::end(words)) return found->value;
  value.complain("is \"" + name + "\", which is not supported");
  return words[0].value;
}

// SECCOMP_RET_DATA is 16 bits wide, and the kernel cuts errno values above MAX_ERRNO to that.
uint32_t decode_errno(const JsonValue& value) { return static_cast<uint32_t>(value.integer(0, 4095, 1)); }

SeccompRule decode_rule(const JsonValue& rule) {
  SeccompRule decoded;
  decoded.names = rule["names"].strings();
  decoded.action = decode_word(rule["action"], kActions);
  decoded.errno_value = decode_errno(rule["errnoRet"]);
  rule["args"].each([&](const JsonValue& arg) {
    decoded.args.push_back({.index = static_cast<uint32_t>(arg["index"].integer(0, 5)),
                            .value = arg["value"].unsigned64(),
                            .value_two = arg["valueTwo"].unsigned64(),
                            .op = decode_word(arg["op"], kOperators)});
  });
  if (decoded.names.empty()) rule["names"].complain("is empty");
  return decoded;
}

}  // namespace

// `architectures` is not read: the filter allows the native ABI only, whatever the profile lists (SECURITY.md R9).
Seccomp decode_seccomp(const JsonValue& seccomp) {
  Seccomp decoded;
  decoded.default_action = decode_word(seccomp["defaultAction"], kActions);
  decoded.default_errno = decode_errno(seccomp["defaultErrnoRet"]);
  seccomp["syscalls"].each([&](const JsonValue& rule) { decoded.rules.push_back(decode_rule(rule)); });
  seccomp.refuse({"flags", "listenerPath", "listenerMetadata"});
  return decoded;
}

}  // namespace keelson::spec
