// Writing one limit and proving that the kernel took it (SECURITY.md R20).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::cgroup {

// The value that a field asks for. Zero means "not set", as the other runtimes of the OCI spec read it, so that a
// config.json made for them means the same here.
std::optional<int64_t> wanted(const std::optional<int64_t>& field);
std::optional<int64_t> wanted(const std::optional<uint64_t>& field);

// Fails where a negative value is not -1.
sys::Result<void> check_limit(const char* what, const std::optional<int64_t>& field);

// The content without its final newline; ENOENT keeps its errno.
sys::Result<std::string> read_value(const std::string& file);

// Writes `value` and fails unless the file then reads as `expected`.
sys::Result<void> set_value(const std::string& file, const std::string& value, const std::string& expected);

// CPUs or memory nodes, "0-2,5": compares as sets, since the kernel writes the shortest form. `check_file` is read back.
sys::Result<void> set_list(const std::string& file, const std::string& check_file, const std::string& list);

// Byte limits are kept in pages, rounded down.
int64_t whole_pages(int64_t bytes);

// The error of a file that does not hold what was written to it.
sys::Error differs(const std::string& file, const std::string& asked, const std::string& found);

// A file with a line for each block device, "8:0 1048576 …": the part after the device's number, empty where it has none.
sys::Result<std::string> read_device_line(const std::string& file, const spec::DeviceFigure& device);

// "8:0"
std::string device_number(const spec::DeviceFigure& device);

bool exists(const std::string& file);

}  // namespace keelson::cgroup
