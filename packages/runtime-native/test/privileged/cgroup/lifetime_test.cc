#include "fixture.h"

namespace keelson::test {
namespace {

TEST("puts a process into the group in every hierarchy") {
  RemoveParent remove_parent;
  Cgroup group = must(Cgroup::create(group_name(), {}));
  int ready[2];
  CHECK(::pipe2(ready, O_CLOEXEC) == 0);
  pid_t child = start_in(group, [&] {
    if (::write(ready[1], "x", 1) != 1) return 1;
    ::pause();
    return 0;
  });
  ::close(ready[1]);
  char byte;
  CHECK(::read(ready[0], &byte, 1) == 1);
  ::close(ready[0]);
  for (const std::string& path : directories(group_name())) {
    CHECK(must(cgroup::read_value(path + "/cgroup.procs")) == std::to_string(child));
  }
  must(group.destroy());
  CHECK(WTERMSIG(status_of(child)) == SIGKILL);
}

TEST("kills what is left, groups inside included, and removes every directory") {
  RemoveParent remove_parent;
  Cgroup group = must(Cgroup::create(group_name(), {}));
  for (const std::string& path : directories(group_name() + "/inner")) CHECK(::mkdir(path.c_str(), 0755) == 0);
  int ready[2];
  CHECK(::pipe2(ready, O_CLOEXEC) == 0);
  pid_t child = start_in(group, [&] {
    for (int made = 0; made < 20; ++made) {
      if (::fork() == 0) {
        if (::write(ready[1], "x", 1) == 1) ::pause();
        ::_exit(1);
      }
    }
    ::pause();
    return 0;
  });
  ::close(ready[1]);
  char byte;
  for (int seen = 0; seen < 20; ++seen) CHECK(::read(ready[0], &byte, 1) == 1);
  must(group.destroy());
  CHECK(WTERMSIG(status_of(child)) == SIGKILL);
  // The last writer is gone: end of file.
  CHECK(::read(ready[0], &byte, 1) == 0);
  ::close(ready[0]);
  CHECK(!any_exists(group_name()));
  CHECK(any_exists(parent_name()));
  CHECK(group.destroy().ok());
  CHECK(!group.oom_kills().ok());
}

TEST("replaces an empty group of the same name and refuses one in use") {
  RemoveParent remove_parent;
  Cgroup left = must(Cgroup::create(group_name(), {}));
  Cgroup group = must(Cgroup::create(group_name(), {}));
  pid_t child = start_in(group, [] {
    ::raise(SIGSTOP);
    ::pause();
    return 0;
  });
  int status = 0;
  CHECK(::waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
  auto second = Cgroup::create(group_name(), {});
  CHECK(!second.ok() && second.error().err == EBUSY);
  // The refusal must not have touched the one in use.
  CHECK(::waitpid(child, &status, WNOHANG) == 0);
  must(group.destroy());
  CHECK(WTERMSIG(status_of(child)) == SIGKILL);
  CHECK(!any_exists(group_name()));
}

}  // namespace
}  // namespace keelson::test
