#include "seccomp_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <vector>

namespace keelson::unpack {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArch = AUDIT_ARCH_AARCH64;
#else
#error "seccomp filter: add this architecture"
#endif

// fstat and its kin differ by libc and architecture, so all of them are here. Numbers of the x32 ABI carry bit 30 and match none.
constexpr long kAllowed[] = {
    SYS_read,        SYS_write,     SYS_pwrite64,     SYS_close,      SYS_lseek,        SYS_openat,      SYS_openat2,
    SYS_fstat,       SYS_statx,     SYS_getdents64,   SYS_mkdirat,    SYS_mknodat,      SYS_symlinkat,   SYS_linkat,
    SYS_unlinkat,    SYS_fchown,    SYS_fchownat,     SYS_fchmod,     SYS_fchmodat,     SYS_utimensat,   SYS_ftruncate,
    SYS_fsetxattr,   SYS_syncfs,    SYS_fcntl,        SYS_sendmsg,    SYS_recvfrom,     SYS_brk,         SYS_mmap,
    SYS_munmap,      SYS_mremap,    SYS_mprotect,     SYS_madvise,    SYS_futex,        SYS_getpid,      SYS_gettid,
    SYS_tgkill,      SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_exit,  SYS_exit_group,  SYS_umask,
    SYS_newfstatat,
};

}  // namespace

sys::Result<void> restrict_system_calls() {
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArch, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (long number : kAllowed) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));

  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    return sys::os_error(sys::Stage::layer_setup, "cannot load the seccomp filter");
  }
  return {};
}

}  // namespace keelson::unpack
