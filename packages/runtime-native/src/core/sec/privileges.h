// The small steps by which a process gives up what the workload must not have.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// Groups, group, user and umask (0022 unless the spec says otherwise), in that order, since each takes away the right to change the one before.
// Reads user and group back; a difference is an error (stage sec.verify, SECURITY.md R20).
sys::Result<void> apply_user(const spec::User& user);

// prctl(2), PR_SET_NO_NEW_PRIVS: no exec gains anything any more. Reads it back.
sys::Result<void> apply_no_new_privs();

// Writes /proc/PID/oom_score_adj, from outside. Going below what the host gave us takes CAP_SYS_RESOURCE; refused, the present value stays.
sys::Result<void> apply_oom_score(pid_t pid, std::optional<int> score);

// Everything above standard error and the `kept` files after it closes at the exec (close_range(2)).
sys::Result<void> close_files_on_exec(unsigned kept = 0);

// The program to come runs under this AppArmor profile (apparmor(7)); needs the container's procfs.
sys::Result<void> apply_apparmor(const std::string& profile);

// Signals as a new program expects them: none blocked, none ignored (they survive an exec, signal(7)).
sys::Result<void> reset_signals(bool hold = false);

}  // namespace keelson::sec
