// The two kernel interfaces behind Cgroup. `names` are the checked components of the group's path.
#pragma once

#include <string>
#include <vector>

#include "cgroup/cgroup.h"
#include "cgroup/hierarchy.h"
#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::cgroup {

namespace v1 {
// Adds each directory to `made` as soon as it is there, so that the caller can undo a half-made group.
sys::Result<void> create(const std::vector<Hierarchy>& hierarchies, const std::vector<std::string>& names,
                         std::vector<Controller>& made);
sys::Result<void> apply(const std::vector<Controller>& controllers, const spec::Resources& resources);
// Weights and rates of block devices; `group` is the directory of the controller blkio.
sys::Result<void> apply_io(const std::string& group, const spec::BlockIo& io);
sys::Result<std::string> memory_events_file(const std::vector<Controller>& controllers);
}  // namespace v1

namespace v2 {
sys::Result<void> create(const Hierarchy& unified, const std::vector<std::string>& names,
                         const spec::Resources& resources, std::vector<Controller>& made);
sys::Result<void> apply(const Controller& group, const spec::Resources& resources);
sys::Result<void> apply_io(const std::string& group, const spec::BlockIo& io);
}  // namespace v2

}  // namespace keelson::cgroup
