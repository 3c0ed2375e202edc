#include "fixture.h"

namespace keelson::test {
namespace {

constexpr int64_t mib = 1 << 20;

TEST("refuses paths that leave the hierarchy") {
  for (const char* path : {"", "/", "keelson", "/../x", "/a/../x", "/a/./x", "/a//x", "/a/", "/a\nb"}) {
    auto made = Cgroup::create(path, {});
    CHECK(!made.ok() && made.error().stage == sys::Stage::cgroup_create);
  }
  CHECK(!Cgroup::create("/" + std::string(256, 'a'), {}).ok());
}

TEST("writes every limit to the kernel") {
  RemoveParent remove_parent;
  spec::Resources resources;
  resources.memory_limit = 64 * mib + 1;
  resources.memory_swap = 96 * mib;
  resources.memory_reservation = 32 * mib;
  resources.cpu_shares = 512;
  resources.cpu_quota = 50000;
  resources.cpu_period = 200000;
  resources.cpuset_cpus = "0";
  resources.cpuset_mems = "0-0";
  resources.pids_limit = 77;
  Cgroup group = must(Cgroup::create(group_name(), resources));
  if (version() == Version::v1) {
    CHECK(value("memory", "memory.limit_in_bytes") == "67108864");
    std::string swap = value("memory", "memory.memsw.limit_in_bytes");
    CHECK(swap == "100663296" || swap.starts_with("(cannot open"));
    CHECK(value("memory", "memory.soft_limit_in_bytes") == "33554432");
    CHECK(value("cpu", "cpu.shares") == "512");
    CHECK(value("cpu", "cpu.cfs_quota_us") == "50000");
    CHECK(value("cpu", "cpu.cfs_period_us") == "200000");
  } else {
    CHECK(value("memory", "memory.max") == "67108864");
    std::string swap = value("memory", "memory.swap.max");
    CHECK(swap == "33554432" || swap.starts_with("(cannot open"));
    CHECK(value("memory", "memory.low") == "33554432");
    // As with v1 and with other engines: the kernel takes the process that it chooses, not its neighbours.
    CHECK(value("memory", "memory.oom.group") == "0");
    CHECK(value("cpu", "cpu.weight") == "59");
    CHECK(value("cpu", "cpu.max") == "50000 200000");
  }
  CHECK(value("cpuset", "cpuset.cpus") == "0");
  CHECK(value("cpuset", "cpuset.mems") == "0");
  CHECK(value("pids", "pids.max") == "77");
  must(group.destroy());
}

TEST("raises, lowers and lifts limits of a group in use") {
  RemoveParent remove_parent;
  const bool v1 = version() == Version::v1;
  const char* memory = v1 ? "memory.limit_in_bytes" : "memory.max";
  spec::Resources resources;
  resources.memory_limit = 32 * mib;
  resources.memory_swap = 32 * mib;
  resources.pids_limit = 5;
  Cgroup group = must(Cgroup::create(group_name(), resources));
  for (int64_t limit : {128 * mib, 48 * mib}) {
    resources.memory_limit = limit;
    resources.memory_swap = limit;
    must(group.update(resources));
    CHECK(value("memory", memory) == std::to_string(limit));
  }
  spec::Resources lifted;
  lifted.memory_limit = -1;
  lifted.pids_limit = -1;
  lifted.cpu_quota = -1;
  must(group.update(lifted));
  CHECK(value("memory", memory) == (v1 ? "9223372036854771712" : "max"));
  CHECK(value("pids", "pids.max") == "max");
  CHECK(v1 ? value("cpu", "cpu.cfs_quota_us") == "-1" : value("cpu", "cpu.max") == "max 100000");
  must(group.destroy());
}

TEST("leaves no directory behind when a limit cannot be had") {
  RemoveParent remove_parent;
  spec::Resources resources;
  resources.cpuset_cpus = "0,4000";
  auto made = Cgroup::create(group_name(), resources);
  CHECK(!made.ok() && made.error().stage == sys::Stage::cgroup_limit);
  CHECK(!any_exists(group_name()));
  resources.cpuset_cpus = "none";
  CHECK(!Cgroup::create(group_name(), resources).ok());
  resources = {};
  resources.memory_limit = -2;
  CHECK(!Cgroup::create(group_name(), resources).ok());
  CHECK(!any_exists(group_name()));
}

TEST("counts a process that the kernel killed for memory") {
  RemoveParent remove_parent;
  spec::Resources resources;
  resources.memory_limit = 32 * mib;
  resources.memory_swap = 32 * mib;
  Cgroup group = must(Cgroup::create(group_name(), resources));
  CHECK(must(group.oom_kills()) == 0);
  pid_t child = start_in(group, [] {
    size_t size = 64 * mib;
    auto* bytes = static_cast<volatile char*>(
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    for (size_t at = 0; at < size; at += 4096) bytes[at] = 1;
    return 0;
  });
  int status = status_of(child);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  CHECK(must(group.oom_kills()) == 1);
  must(group.destroy());
}

TEST("stops a process from forking beyond the limit of processes") {
  RemoveParent remove_parent;
  spec::Resources resources;
  resources.pids_limit = 3;
  Cgroup group = must(Cgroup::create(group_name(), resources));
  pid_t child = start_in(group, [] {
    for (int made = 0; made < 10; ++made) {
      pid_t pid = ::fork();
      if (pid < 0) return errno == EAGAIN ? made : 98;
      if (pid == 0) ::pause();
    }
    return 97;
  });
  int status = status_of(child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 2);
  must(group.destroy());
}

}  // namespace
}  // namespace keelson::test
