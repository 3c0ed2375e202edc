// keelson-net-test [--case NAME | --list | --bench]: every case on a network namespace of its own as "host".
#include <sched.h>

#include <string_view>

#include "../../unit/check.h"
#include "namespaces.h"
#include "net/sandbox.h"

void bench_sandbox();
void bench_nft();

int main(int count, char** words) {
  auto& cases = check::cases();
  const std::string_view option = count > 1 ? words[1] : "";
  if (option == "--list") {
    for (const auto& one : cases) std::printf("%s\n", one.name);
    return 0;
  }
  if (option == "--case" && count == 3)
    std::erase_if(cases, [&](const check::Case& one) { return std::string_view(one.name) != words[2]; });
  if (::unshare(CLONE_NEWNET) != 0 || !keelson::net::setup_sandbox(nullptr, keelson::test::current().get()).ok()) {
    std::perror("keelson-net-test: unshare");
    return 2;
  }
  if (option == "--bench") return bench_sandbox(), bench_nft(), 0;
  if (cases.size() == 1) return check::main();
  int failed = 0;
  for (const auto& one : std::vector(cases)) {
    if (::unshare(CLONE_NEWNET) != 0 || !keelson::net::setup_sandbox(nullptr, keelson::test::current().get()).ok()) return 2;
    cases = {one};
    failed |= check::main();
  }
  return cases.empty() ? 2 : failed;
}
