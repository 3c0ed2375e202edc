// keelson-probe: a static program that runs inside a container and prints what it can reach, one thing a line.
#include "probe.h"

int main() {
  using namespace keelson::probe;
  print_privileges();
  print_syscalls();
  print_foreign_abis();
  print_sockets();
  print_devices();
  print_writable_files();
  return 0;
}
