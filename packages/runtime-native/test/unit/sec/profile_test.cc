// profiles/default-seccomp.json, as the decoder and the compiler make it. Its path is in KEELSON_SECCOMP_PROFILE.
#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <string>

#include "../check.h"
#include "bpf.h"
#include "sec/seccomp.h"
#include "spec/decode.h"
#include "sys/fs.h"
#include "syscall_number.h"

namespace {

using namespace keelson;

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t error(int code) { return SECCOMP_RET_ERRNO | static_cast<uint32_t>(code); }

// A whole config.json around the profile, since decode_config is the reader that runs in the product.
std::vector<sock_filter> compile_file() {
  const char* path = ::getenv("KEELSON_SECCOMP_PROFILE");
  auto text = sys::read_file(sys::Stage::spec_read, path != nullptr ? path : "", 1 << 20);
  CHECK(text.ok());
  if (!text.ok()) return {};
  auto config = spec::decode_config(
      R"({"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0},"args":["x"],"cwd":"/"},"root":{"path":"/r"},)"
      R"("linux":{"cgroupsPath":"/k/1","namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"user"},)"
      R"({"type":"cgroup"}],"uidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}],)"
      R"("gidMappings":[{"containerID":0,"hostID":1879048192,"size":65536}],"seccomp":)" +
      text.value() + "}}");
  CHECK(config.ok());
  if (!config.ok()) {
    std::printf("    %s\n", config.error().detail.c_str());
    return {};
  }
  auto program = sec::compile_seccomp(*config.value().seccomp);
  CHECK(program.ok());
  return program.ok() ? std::move(program).value() : std::vector<sock_filter>{};
}

const std::vector<sock_filter>& program() {
  static const std::vector<sock_filter> compiled = compile_file();
  return compiled;
}

bpf::Outcome ask(long number, std::vector<uint64_t> args = {}) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = bpf::kArch;
  for (size_t at = 0; at < args.size(); ++at) data.args[at] = args[at];
  return bpf::run(program(), data);
}

uint32_t by_name(const char* name) {
  const auto number = syscall_number(name);
  return number ? ask(*number).value : bpf::kBroken;
}

TEST("the default profile refuses with EPERM what tenants must not call") {
  for (const char* name : {"mount", "umount2", "pivot_root", "unshare", "setns", "bpf", "keyctl", "add_key", "request_key", "ptrace",
                           "perf_event_open", "userfaultfd", "io_uring_setup", "init_module", "kexec_load", "open_by_handle_at",
                           "name_to_handle_at", "process_vm_readv", "vmsplice", "fanotify_mark", "open_tree", "move_mount", "fsopen",
                           "mount_setattr", "reboot", "swapon", "settimeofday", "sethostname", "pidfd_getfd", "syslog", "process_madvise",
                           "io_uring_enter", "kcmp", "quotactl", "set_mempolicy"})
    CHECK(by_name(name) == error(EPERM));
#if defined(__x86_64__)
  for (const char* name : {"modify_ldt", "iopl", "ioperm"}) CHECK(by_name(name) == error(EPERM));
#endif
}

TEST("the default profile gives ENOSYS for clone3 and for calls newer than itself") {
  CHECK(by_name("clone3") == error(ENOSYS));
  for (long number : {467L, 468L, 470L, 600L}) CHECK(ask(number).value == error(ENOSYS));
}

TEST("the default profile allows what ordinary programs call, within nine jumps of the search") {
  for (const char* name : {"read", "openat", "execve", "mmap", "futex", "rseq", "statx", "epoll_pwait", "accept4", "landlock_add_rule",
                           "seccomp", "prctl", "chroot", "setresuid", "fchmodat2", "mseal", "close_range", "memfd_create"}) {
    const auto number = syscall_number(name);
    CHECK(number.has_value());
    if (!number) continue;
    CHECK(ask(*number).value == kAllow);
    // Two loads, the test of the architecture, the return, and a trampoline.
    CHECK(ask(*number).steps <= 9 + 5);
  }
}

// arm64 has none of the older calls, so its libraries make these where those of x86-64 often make others.
TEST("the default profile allows what takes the place of older calls") {
  for (const char* name : {"newfstatat", "ppoll", "pselect6", "faccessat", "faccessat2", "readlinkat", "renameat2", "unlinkat", "mkdirat", "linkat",
                           "symlinkat", "fchmodat", "fchownat", "utimensat", "dup3", "pipe2", "eventfd2", "signalfd4", "inotify_init1", "epoll_create1",
                           "getdents64", "pread64", "preadv2", "sync_file_range", "fadvise64", "sendfile", "statfs", "lseek", "ftruncate"}) {
    const auto number = syscall_number(name);
    CHECK(number.has_value());
    if (number) CHECK(ask(*number).value == kAllow);
  }
}

TEST("the default profile lets clone make threads and processes but no namespaces") {
  CHECK(ask(SYS_clone, {CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS}).value == kAllow);
  CHECK(ask(SYS_clone, {17}).value == kAllow);
  for (uint64_t flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET})
    CHECK(ask(SYS_clone, {flag | 17}).value == error(EPERM));
}

TEST("the default profile allows exactly the socket families UNIX, INET, INET6 and three protocols of NETLINK") {
  for (uint64_t family = 0; family < 64; ++family) {
    const bool allowed = family == AF_UNIX || family == AF_INET || family == AF_INET6;
    for (uint64_t protocol = 0; protocol < 24; ++protocol) {
      const bool netlink = family == AF_NETLINK && (protocol == 0 || protocol == 4 || protocol == 15);
      CHECK(ask(SYS_socket, {family, SOCK_STREAM, protocol}).value == (allowed || netlink ? kAllow : error(EAFNOSUPPORT)));
    }
    CHECK(ask(SYS_socketpair, {family, SOCK_STREAM, 0}).value == (family == AF_UNIX ? kAllow : error(EAFNOSUPPORT)));
  }
}

TEST("the default profile looks at the 32 bits of a socket family that the kernel looks at") {
  constexpr uint64_t kNoise = 0xabcdef0100000000;
  CHECK(ask(SYS_socket, {kNoise | AF_INET, SOCK_STREAM, 0}).value == kAllow);
  CHECK(ask(SYS_socket, {kNoise | AF_NETLINK, SOCK_RAW, kNoise | 15}).value == kAllow);
  CHECK(ask(SYS_socket, {kNoise | AF_NETLINK, SOCK_RAW, kNoise | 9}).value == error(EAFNOSUPPORT));
  CHECK(ask(SYS_socket, {kNoise | AF_ALG, SOCK_SEQPACKET, 0}).value == error(EAFNOSUPPORT));
}

TEST("the default profile limits personality to Linux, its 32-bit and 2.6 names, and asking") {
  for (uint64_t value : {0ULL, 8ULL, 0x20000ULL, 0x20008ULL, 0xffffffffULL}) CHECK(ask(SYS_personality, {value}).value == kAllow);
  for (uint64_t value : {1ULL, 0x40000ULL, 0x400000ULL, 0xffffffffffffffffULL}) CHECK(ask(SYS_personality, {value}).value == error(EPERM));
}

}  // namespace
