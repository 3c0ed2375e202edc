// What a process inside a container can reach, found by trying. Each part prints lines of "kind name", which a test compares with a list.
// Nothing is changed on the way: calls are stopped before they run, files are opened and never written.
#pragma once

namespace keelson::probe {

// "syscall NAME" for every call that the filter lets through.
void print_syscalls();

// "abi x32" and "abi i386" where a call by another architecture's numbers is answered.
void print_foreign_abis();

// "family N", "netlink N", "ping FAMILY" and "raw FAMILY" for every socket that can be had (socket(2), netlink(7), icmp(7)).
void print_sockets();

// "writable PATH" for every file below /proc and /sys that opens for writing; those of processes are left out.
void print_writable_files();

// "device PATH MAJOR:MINOR" for every node that opens, and "mknod TYPE MAJOR:MINOR" where one could be made.
void print_devices();

// "privilege FIELD VALUE" for what proc_pid_status(5) says of capabilities and confinement.
void print_privileges();

}  // namespace keelson::probe
