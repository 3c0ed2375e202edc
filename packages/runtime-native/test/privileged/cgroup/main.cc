// keelson-cgroup-test [--case NAME | --list]
#include <string_view>

#include "../../unit/check.h"

int main(int count, char** words) {
  auto& cases = check::cases();
  if (count == 2 && std::string_view(words[1]) == "--list") {
    for (const auto& one : cases) std::printf("%s\n", one.name);
    return 0;
  }
  if (count == 3 && std::string_view(words[1]) == "--case") {
    std::erase_if(cases, [&](const check::Case& one) { return std::string_view(one.name) != words[2]; });
    if (cases.empty()) {
      std::printf("no such case: %s\n", words[2]);
      return 2;
    }
  } else if (count != 1) {
    std::printf("usage: keelson-cgroup-test [--case NAME | --list]\n");
    return 2;
  }
  return check::main();
}
