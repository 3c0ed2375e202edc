#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The calls that we make ourselves must not be failpoints.
extern "C" {
long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
int __real_open64(const char* path, int flags, mode_t mode);
int __real_ftruncate64(int fd, off_t size);
}

namespace keelson::faults {
namespace {

constexpr int kFunctions = 160;
constexpr uint32_t kRecords = 16384;
constexpr size_t kName = 48;

// The trace is shared memory, so that a child that may open no file and make no call still writes to it.
struct Record {
  char point[kName];
  uint64_t caller;
  uint64_t struck;
};
struct Trace {
  uint64_t count;
  Record records[kRecords];
};

struct Plan {
  char point[kName] = "";
  bool from_there_on = false;
  int err = 0;
  bool kill = false;
  long sleep_ms = 0;
};

struct Counter {
  const char* function;
  int calls;
};

Plan plan;
Trace* trace;
char process[16] = "supervisor";
int children;
Counter counters[kFunctions];

int errno_named(const char* name) {
  constexpr struct {
    const char* name;
    int err;
  } kErrors[] = {{"enospc", ENOSPC}, {"eio", EIO}, {"enomem", ENOMEM}, {"emfile", EMFILE}, {"eperm", EPERM}};
  for (const auto& one : kErrors)
    if (strcmp(one.name, name) == 0) return one.err;
  return 0;
}

[[noreturn]] void refuse(const char* words) {
  fprintf(stderr, "KEELSON_FAULT=%s is not POINT=ACTION\n", words);
  exit(2);
}

void read_plan(const char* words) {
  const char* equals = strchr(words, '=');
  if (equals == nullptr || equals == words || static_cast<size_t>(equals - words) >= kName) refuse(words);
  memcpy(plan.point, words, static_cast<size_t>(equals - words));
  char& last = plan.point[equals - words - 1];
  plan.from_there_on = last == '+';
  if (plan.from_there_on) last = '\0';
  const char* action = equals + 1;
  plan.kill = strcmp(action, "kill9") == 0;
  if (strncmp(action, "sleep:", 6) == 0) plan.sleep_ms = atol(action + 6);
  plan.err = errno_named(action);
  if (!plan.kill && plan.sleep_ms == 0 && plan.err == 0) refuse(words);
}

__attribute__((constructor)) void read_environment() {
  if (const char* words = getenv("KEELSON_FAULT")) read_plan(words);
  const char* file = getenv("KEELSON_FAULT_TRACE");
  if (file == nullptr) return;
  const int fd = __real_open64(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || __real_ftruncate64(fd, sizeof(Trace)) != 0) return;
  void* memory = mmap(nullptr, sizeof(Trace), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) trace = static_cast<Trace*>(memory);
  close(fd);
}

int count(const char* function) {
  for (Counter& one : counters) {
    if (one.function == nullptr) one.function = function;
    if (one.function == function || strcmp(one.function, function) == 0) return ++one.calls;
  }
  return 0;
}

// Whether "A#7" is the planned point, or behind it where the plan says "A#3+".
bool planned(const char* point, const char* prefix_end, int number) {
  if (strcmp(point, plan.point) == 0) return true;
  const size_t prefix = static_cast<size_t>(prefix_end - point);
  return plan.from_there_on && strncmp(point, plan.point, prefix) == 0 && number > atoi(plan.point + prefix);
}

[[noreturn]] void die() {
  // A SIGKILL that the first process of a pid namespace sends itself is dropped (pid_namespaces(7)).
  if (__real_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0) != 1)
    __real_syscall(SYS_kill, __real_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
  for (;;) __real_syscall(SYS_exit_group, 137, 0, 0, 0, 0, 0);
}

}  // namespace

int next_child() { return ++children; }

void begin_child(int number) {
  snprintf(process, sizeof process, "child%d", number);
  memset(counters, 0, sizeof counters);
}

bool strikes(const char* function, const void* caller) {
  const int saved = errno;
  char point[kName];
  const int number = count(function);
  const int prefix = snprintf(point, sizeof point, "%s/%s#", process, function);
  snprintf(point + prefix, sizeof point - static_cast<size_t>(prefix), "%d", number);
  const bool struck = planned(point, point + prefix, number);
  if (trace != nullptr) {
    const uint64_t at = __atomic_fetch_add(&trace->count, 1, __ATOMIC_RELAXED);
    if (at < kRecords) {
      Record& record = trace->records[at];
      memcpy(record.point, point, kName);
      record.caller = reinterpret_cast<uint64_t>(caller);
      record.struck = struck;
    }
  }
  errno = saved;
  if (!struck) return false;
  if (plan.kill) die();
  if (plan.sleep_ms > 0) {
    timespec pause{plan.sleep_ms / 1000, plan.sleep_ms % 1000 * 1'000'000};
    nanosleep(&pause, nullptr);
    errno = saved;
    return false;
  }
  errno = plan.err;
  return true;
}

}  // namespace keelson::faults
