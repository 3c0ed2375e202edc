#include <stdio.h>
#include <string.h>

#include "probe.h"

namespace keelson::probe {
namespace {

// proc_pid_status(5).
constexpr const char* kFields[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:", "Seccomp:"};

}  // namespace

void print_privileges() {
  FILE* status = fopen("/proc/self/status", "re");
  if (status == nullptr) return;
  char line[256];
  while (fgets(line, sizeof line, status) != nullptr)
    for (const char* field : kFields)
      if (strncmp(line, field, strlen(field)) == 0) {
        const size_t length = strlen(field) - 1;
        printf("privilege %.*s %s", static_cast<int>(length), field, line + length + 2);
      }
  fclose(status);
}

}  // namespace keelson::probe
