// keelson-sec-test: every case in a child of its own, which the steps change for good.
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "../../unit/check.h"
#include "sec/capabilities.h"
#include "sec/privileges.h"
#include "sec/rlimits.h"
#include "sec/seccomp.h"
#include "sec/verify.h"
#include "mount/verify.h"
#include "ns/user_map.h"
#include "spec/decode.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace {

using namespace keelson;

constexpr uint64_t kBits = (uint64_t{1} << CAP_CHOWN) | (uint64_t{1} << CAP_NET_BIND_SERVICE);

bool done(const sys::Result<void>& result) {
  if (!result.ok()) std::printf("    said: %s\n", result.error().detail.c_str());
  return result.ok();
}

void in_child(void (*body)()) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    check::failures() = 0;
    body();
    std::fflush(stdout);
    ::_exit(check::failures() == 0 ? 0 : 1);
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

std::string status_line(const std::string& key) {
  auto text = sys::read_file(sys::Stage::internal, "/proc/self/status", 1 << 16);
  if (!text.ok()) return "";
  const size_t at = text.value().find("\n" + key + ":\t");
  if (at == std::string::npos) return "";
  const size_t from = at + key.size() + 3;
  return text.value().substr(from, text.value().find('\n', from) - from);
}

uint64_t status_bits(const std::string& key) { return std::strtoull(status_line(key).c_str(), nullptr, 16); }

bool load_profile() {
  const char* path = ::getenv("KEELSON_SECCOMP_PROFILE");
  auto text = sys::read_file(sys::Stage::spec_read, path != nullptr ? path : "", 1 << 20);
  if (!text.ok()) return false;
  auto config = spec::decode_config(
      R"({"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0},"args":["x"],"cwd":"/"},"root":{"path":"/r"},)"
      R"("linux":{"cgroupsPath":"/k/1","namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"user"},)"
      R"({"type":"cgroup"}],"uidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}],)"
      R"("gidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}],"seccomp":)" +
      text.value() + "}}");
  if (!config.ok()) return false;
  auto program = sec::compile_seccomp(*config.value().seccomp);
  return program.ok() && done(sec::apply_seccomp(program.value()));
}

bool refused(long result, int code) { return result == -1 && errno == code; }

TEST("the kernel takes the default profile, and it holds") {
  in_child([] {
    CHECK(done(sec::apply_no_new_privs()));
    CHECK(load_profile());
    CHECK(status_line("Seccomp") == "2");
    CHECK(status_line("NoNewPrivs") == "1");
    CHECK(refused(::unshare(CLONE_NEWUSER), EPERM));
    CHECK(refused(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), EPERM));
    CHECK(refused(::syscall(SYS_clone3, nullptr, 0), ENOSYS));
    CHECK(refused(::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr), EPERM));
    CHECK(refused(::syscall(SYS_bpf, 0, nullptr, 0), EPERM));
    CHECK(refused(::syscall(SYS_keyctl, 0, 0, 0, 0, 0), EPERM));
    CHECK(refused(::syscall(100000), ENOSYS));
    for (int family : {AF_ALG, AF_VSOCK, AF_PACKET, AF_KEY, AF_RXRPC}) CHECK(refused(::socket(family, SOCK_SEQPACKET, 0), EAFNOSUPPORT));
    CHECK(refused(::socket(AF_NETLINK, SOCK_RAW, 9), EAFNOSUPPORT));
    for (int family : {AF_UNIX, AF_INET, AF_NETLINK}) CHECK(::socket(family, SOCK_DGRAM, 0) >= 0);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    CHECK(child > 0 && ::waitpid(child, nullptr, 0) == child);
  });
}

#if defined(__x86_64__)
TEST("a call of the 32-bit ABI ends the process") {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!done(sec::apply_no_new_privs()) || !load_profile()) ::_exit(2);
    long result = 20;  // getpid of i386
    __asm__ volatile("int $0x80" : "+a"(result)::"memory", "r8", "r9", "r10", "r11");
    ::_exit(3);
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}
#endif

TEST("a user other than root has the capabilities asked for and no others") {
  in_child([] {
    CHECK(done(sec::drop_bounding({.bounding = kBits})));
    CHECK(status_bits("CapBnd") == kBits);
    CHECK(done(sec::apply_user({.uid = 12345, .gid = 23456, .additional_gids = {7, 8}, .umask = 027})));
    CHECK(done(sec::apply_capabilities({kBits, kBits, kBits, kBits, kBits})));
    for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"}) CHECK(status_bits(set) == kBits);
    CHECK(status_line("Uid") == "12345\t12345\t12345\t12345");
    CHECK(status_line("Gid") == "23456\t23456\t23456\t23456");
    CHECK(status_line("Groups").starts_with("7 8"));
    CHECK(::umask(0) == 027);
    CHECK(refused(::setresuid(0, 0, 0), EPERM));
  });
}

TEST("an empty set leaves nothing, and bits above the last capability are ignored") {
  in_child([] {
    CHECK(done(sec::drop_bounding({.bounding = uint64_t{1} << 63})));
    CHECK(done(sec::apply_user({.uid = 0, .gid = 0, .additional_gids = {}, .umask = {}})));
    CHECK(done(sec::apply_capabilities({.bounding = uint64_t{1} << 63, .effective = uint64_t{1} << 62})));
    for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"}) CHECK(status_bits(set) == 0);
  });
}

TEST("a set or a user that is not as asked stops the start") {
  in_child([] {
    const auto undropped = sec::apply_capabilities({kBits, kBits, kBits, 0, 0});
    CHECK(!undropped.ok() && undropped.error().stage == sys::Stage::sec_verify);
  });
  // An id of -1 is "unchanged" to setresuid(2), which succeeds.
  in_child([] {
    const auto no_user = sec::apply_user({.uid = 0xffffffff, .gid = 0, .additional_gids = {}, .umask = {}});
    CHECK(!no_user.ok() && no_user.error().stage == sys::Stage::sec_verify);
  });
  in_child([] {
    const auto no_group = sec::apply_user({.uid = 0, .gid = 0xffffffff, .additional_gids = {}, .umask = {}});
    CHECK(!no_group.ok() && no_group.error().stage == sys::Stage::sec_verify);
  });
}

TEST("limits are set, and clamped to the present hard limit where raising is refused") {
  in_child([] {
    CHECK(done(sec::apply_rlimits(0, {{RLIMIT_CORE, "RLIMIT_CORE", 0, 0}, {RLIMIT_NOFILE, "RLIMIT_NOFILE", 64, 128}})));
    // CAP_SYS_RESOURCE, which root may have, is gone with the user.
    CHECK(::setresuid(12345, 12345, 12345) == 0);
    CHECK(done(sec::apply_rlimits(0, {{RLIMIT_NOFILE, "RLIMIT_NOFILE", 4096, 524288}})));
    rlimit found{};
    CHECK(::getrlimit(RLIMIT_NOFILE, &found) == 0 && found.rlim_cur == 128 && found.rlim_max == 128);
    CHECK(::getrlimit(RLIMIT_CORE, &found) == 0 && found.rlim_cur == 0 && found.rlim_max == 0);
  });
}

bool stopped(const sys::Result<void>& result) { return !result.ok() && result.error().stage == sys::Stage::sec_verify; }

TEST("a limit above what was asked for stops the start, one below does not") {
  in_child([] {
    const rlimit open_files{64, 128};
    CHECK(::setrlimit(RLIMIT_NOFILE, &open_files) == 0);
    CHECK(done(sec::verify_rlimits({{RLIMIT_NOFILE, "RLIMIT_NOFILE", 64, 128}})));
    CHECK(done(sec::verify_rlimits({{RLIMIT_NOFILE, "RLIMIT_NOFILE", 4096, 4096}})));
    CHECK(stopped(sec::verify_rlimits({{RLIMIT_NOFILE, "RLIMIT_NOFILE", 63, 128}})));
    CHECK(stopped(sec::verify_rlimits({{RLIMIT_NOFILE, "RLIMIT_NOFILE", 64, 127}})));
  });
}

TEST("a filter that is not in force stops the start") {
  in_child([] {
    CHECK(stopped(sec::verify_seccomp()));
    CHECK(done(sec::apply_no_new_privs()) && load_profile());
    CHECK(done(sec::verify_seccomp()));
  });
}

TEST("a working directory outside the root stops the start") {
  in_child([] {
    const int outside = ::open("/", O_RDONLY | O_DIRECTORY);
    CHECK(::chroot("/tmp") == 0 && ::chdir("/") == 0);
    CHECK(done(sec::verify_directory("/")));
    CHECK(::fchdir(outside) == 0);
    CHECK(stopped(sec::verify_directory("/proc/self/fd/9")));
  });
}

TEST("a path that is not masked or not read-only stops the start, one that the kernel lacks does not") {
  in_child([] {
    spec::ContainerSpec spec;
    spec.masked_paths = {"/dev/null", "/proc/no-such-file", "/dev/null/below"};
    spec.readonly_paths = {"/proc/no-such-file"};
    CHECK(done(mount::verify_sealed(spec)));
    for (const char* open : {"/dev/zero", "/proc/version", "/tmp"}) {
      spec.masked_paths = {open};
      CHECK(stopped(mount::verify_sealed(spec)));
    }
    spec.masked_paths = {};
    spec.readonly_paths = {"/proc"};
    CHECK(stopped(mount::verify_sealed(spec)));
    spec.readonly_paths = {};
    spec.root_readonly = true;
    CHECK(stopped(mount::verify_sealed(spec)));
  });
}

TEST("id maps are read back as they were written") {
  int ready[2];
  CHECK(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const bool made = ::unshare(CLONE_NEWUSER) == 0;
    (void)!::write(ready[1], made ? "1" : "0", 1);
    ::pause();
  }
  char made = '0';
  CHECK(::read(ready[0], &made, 1) == 1 && made == '1');
  spec::ContainerSpec spec;
  spec.uid_mappings = {{0, 0x70000000, 65536}, {65536, 0x70020000, 10}};
  spec.gid_mappings = {{0, 0x70000000, 65536}};
  CHECK(done(ns::write_id_maps(child, spec)));
  ::kill(child, SIGKILL);
  CHECK(::waitpid(child, nullptr, 0) == child);
}

TEST("the OOM score is raised, and kept where lowering is refused") {
  in_child([] {
    auto score = [] { return sys::read_file(sys::Stage::internal, "/proc/self/oom_score_adj", 64); };
    CHECK(done(sec::apply_oom_score(::getpid(), 700)));
    CHECK(score().value() == "700\n");
    CHECK(done(sec::drop_bounding({})) && done(sec::apply_capabilities({})));
    CHECK(done(sec::apply_oom_score(::getpid(), -1000)));
    CHECK(score().value() == "700\n");
  });
}

TEST("signals ignored or blocked by the caller are neither for the workload") {
  in_child([] {
    sigset_t blocked;
    ::sigfillset(&blocked);
    CHECK(::signal(SIGPIPE, SIG_IGN) != SIG_ERR && ::signal(SIGRTMIN, SIG_IGN) != SIG_ERR);
    CHECK(::sigprocmask(SIG_SETMASK, &blocked, nullptr) == 0);
    CHECK(status_bits("SigIgn") != 0 && status_bits("SigBlk") != 0);
    CHECK(done(sec::reset_signals()));
    CHECK(status_bits("SigIgn") == 0 && status_bits("SigBlk") == 0);
  });
}

TEST("descriptors above standard error close at exec, and are open until then") {
  in_child([] {
    const int fd = ::open("/dev/null", O_RDONLY);
    const int high = ::fcntl(fd, F_DUPFD, 200);
    CHECK(done(sec::close_files_on_exec()));
    for (int one : {fd, high}) CHECK(::fcntl(one, F_GETFD) == FD_CLOEXEC);
    for (int one : {0, 1, 2}) CHECK((::fcntl(one, F_GETFD) & FD_CLOEXEC) == 0);
  });
}

}  // namespace

int main() { return check::main(); }
