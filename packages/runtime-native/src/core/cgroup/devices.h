// Which device nodes the processes of a group may open or make, whatever their rights are.
#pragma once

#include <linux/bpf.h>

#include <string>
#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::cgroup {

// Access as the kernel counts it: BPF_DEVCG_ACC_MKNOD, _READ and _WRITE together.
sys::Result<unsigned> access_bits(const std::string& letters);

// v2: a program of type CGROUP_DEVICE that grants what the rules, taken in their order, leave granted: an allowing rule adds
// its access for the devices it matches, a denying one takes it away, and nothing is granted at first.
sys::Result<std::vector<bpf_insn>> assemble_device_program(const std::vector<spec::DeviceRule>& rules);

// v2: loads the program for `rules` and attaches it to the group, in the place of `present` where that is open, so that
// at no moment the group has none. Programs of groups above apply as well.
sys::Result<sys::UniqueFd> attach_device_program(int group, const std::vector<spec::DeviceRule>& rules, const sys::UniqueFd& present);

// v1: makes the group's devices.list say what the rules say. `group` is the directory of the controller devices.
sys::Result<void> apply_device_list(const std::string& group, const std::vector<spec::DeviceRule>& rules);

}  // namespace keelson::cgroup
