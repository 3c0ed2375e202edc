#include "sec/sysctl.h"

#include <fcntl.h>

#include <algorithm>

#include "sys/fs.h"

namespace keelson::sec {

using sys::Result;
using sys::Stage;

Result<void> apply_sysctls(int root, const std::vector<std::pair<std::string, std::string>>& settings) {
  for (const auto& [name, value] : settings) {
    std::string path = "proc/sys/" + name;
    std::replace(path.begin(), path.end(), '.', '/');
    const sys::UniqueFd file = KEELSON_TRY(sys::open_in_root(Stage::sec_sysctl, root, path, O_WRONLY));
    KEELSON_TRY(sys::write_all(Stage::sec_sysctl, file.get(), value, name));
  }
  return {};
}

}  // namespace keelson::sec
