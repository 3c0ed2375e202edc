// init -- PROGRAM ARGUMENT…
// PID 1 for workloads that were not written to be one: the kernel gives a first process no default action for signals and all orphans to
// reap (pid_namespaces(7)). This one starts the workload, hands on every signal, reaps what it inherits, and ends as the workload ended.
// One thread, no memory of its own: it lives as long as the container does.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Exit codes of a shell for what cannot be run (POSIX, "Command Search and Execution").
constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr int kUsage = 64;
constexpr int kSignalBase = 128;

// Raised by a fault of our own: blocked, they would make it undefined what happens next (sigprocmask(2)).
constexpr int kFaults[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS};

void say(const char* what, const char* which, const char* why) {
  const char* const parts[] = {"init: ", what, which, ": ", why, "\n"};
  for (const char* part : parts) (void)!::write(STDERR_FILENO, part, ::strlen(part));
}

[[noreturn]] void run(char** argv) {
  // A group of its own, in front of the terminal where there is one: Ctrl-C reaches the workload as if we were not there.
  ::setpgid(0, 0);
  ::tcsetpgrp(STDIN_FILENO, ::getpid());
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(argv[0], argv);
  const int err = errno;
  say("cannot run ", argv[0], ::strerror(err));
  ::_exit(err == ENOENT ? kNotFound : kNotExecutable);
}

// True once the workload itself has ended.
bool reap(pid_t workload, int& status) {
  bool ended = false;
  for (;;) {
    int one = 0;
    const pid_t pid = ::waitpid(-1, &one, WNOHANG);
    if (pid <= 0) return ended;
    if (pid != workload) continue;
    status = one;
    ended = true;
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 3 || ::strcmp(words[1], "--") != 0) {
    say("usage", "", "init -- PROGRAM ARGUMENT…");
    return kUsage;
  }
  // The supervisor starts us with all signals blocked: none is lost from the first instruction on.
  sigset_t all;
  ::sigfillset(&all);
  for (const int fault : kFaults) ::sigdelset(&all, fault);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);

  const pid_t workload = ::fork();
  if (workload < 0) {
    say("cannot start ", words[2], ::strerror(errno));
    return kNotExecutable;
  }
  if (workload == 0) run(words + 2);

  for (int status = 0;;) {
    siginfo_t told{};
    const int signal = ::sigwaitinfo(&all, &told);
    if (signal < 0) continue;
    if (signal == SIGCHLD) {
      if (reap(workload, status)) return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (signal != SIGTTIN && signal != SIGTTOU) {
      // Those two are about our own place behind the terminal.
      ::kill(workload, signal);
    }
  }
}
