#include "sec/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

namespace keelson::sec {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

constexpr int kMaxCapabilities = 64;

struct Sets {
  uint64_t effective = 0;
  uint64_t permitted = 0;
  uint64_t inheritable = 0;
};

__user_cap_header_struct header() { return {_LINUX_CAPABILITY_VERSION_3, 0}; }

Result<void> set_sets(const Sets& sets) {
  __user_cap_header_struct self = header();
  __user_cap_data_struct data[2] = {
      {static_cast<uint32_t>(sets.effective), static_cast<uint32_t>(sets.permitted), static_cast<uint32_t>(sets.inheritable)},
      {static_cast<uint32_t>(sets.effective >> 32), static_cast<uint32_t>(sets.permitted >> 32), static_cast<uint32_t>(sets.inheritable >> 32)}};
  if (::syscall(SYS_capset, &self, data) != 0) return os_error(Stage::sec_caps, "cannot set the capabilities");
  return {};
}

Result<Sets> read_sets() {
  __user_cap_header_struct self = header();
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &self, data) != 0) return os_error(Stage::sec_verify, "cannot read the capabilities back");
  return Sets{data[0].effective | uint64_t{data[1].effective} << 32, data[0].permitted | uint64_t{data[1].permitted} << 32,
              data[0].inheritable | uint64_t{data[1].inheritable} << 32};
}

// The kernel answers EINVAL to the first number that it does not know.
Result<uint64_t> known_capabilities() {
  uint64_t known = 0;
  for (int bit = 0; bit < kMaxCapabilities; ++bit) {
    if (::prctl(PR_CAPBSET_READ, bit, 0, 0, 0) >= 0)
      known |= uint64_t{1} << bit;
    else if (errno == EINVAL)
      break;
    else
      return os_error(Stage::sec_caps, "cannot ask for the capabilities that the kernel knows");
  }
  return known;
}

uint64_t read_bounding() {
  uint64_t set = 0;
  for (int bit = 0; bit < kMaxCapabilities; ++bit)
    if (::prctl(PR_CAPBSET_READ, bit, 0, 0, 0) == 1) set |= uint64_t{1} << bit;
  return set;
}

uint64_t read_ambient() {
  uint64_t set = 0;
  for (int bit = 0; bit < kMaxCapabilities; ++bit)
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, bit, 0, 0) == 1) set |= uint64_t{1} << bit;
  return set;
}

Result<void> raise_ambient(uint64_t wanted) {
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return os_error(Stage::sec_caps, "cannot clear the ambient capabilities");
  for (int bit = 0; bit < kMaxCapabilities; ++bit)
    if ((wanted >> bit & 1) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) != 0)
      return os_error(Stage::sec_caps, "cannot raise the ambient capability " + std::to_string(bit));
  return {};
}

Result<void> verify(const char* set, uint64_t is, uint64_t wanted) {
  if (is == wanted) return {};
  return Error{Stage::sec_verify, EPERM, std::string("the ") + set + " capabilities are " + std::to_string(is) + " instead of " + std::to_string(wanted)};
}

}  // namespace

Result<void> drop_bounding(const spec::Capabilities& wanted) {
  const uint64_t known = KEELSON_TRY(known_capabilities());
  for (int bit = 0; bit < kMaxCapabilities; ++bit) {
    const uint64_t mask = uint64_t{1} << bit;
    if ((known & mask) == 0 || (wanted.bounding & mask) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) != 0) return os_error(Stage::sec_caps, "cannot drop the capability " + std::to_string(bit));
  }
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return os_error(Stage::sec_caps, "cannot keep the capabilities over the change of user");
  return {};
}

Result<void> apply_capabilities(const spec::Capabilities& wanted) {
  const uint64_t known = KEELSON_TRY(known_capabilities());
  const Sets sets{wanted.effective & known, wanted.permitted & known, wanted.inheritable & known};
  KEELSON_TRY(set_sets(sets));
  KEELSON_TRY(raise_ambient(wanted.ambient & known));

  const Sets now = KEELSON_TRY(read_sets());
  KEELSON_TRY(verify("effective", now.effective, sets.effective));
  KEELSON_TRY(verify("permitted", now.permitted, sets.permitted));
  KEELSON_TRY(verify("inheritable", now.inheritable, sets.inheritable));
  KEELSON_TRY(verify("bounding", read_bounding(), wanted.bounding & known));
  return verify("ambient", read_ambient(), wanted.ambient & known);
}

}  // namespace keelson::sec
