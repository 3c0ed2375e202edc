// Which namespaces a spec asks for, as the bits of clone(2) and setns(2).
#pragma once

#include <sched.h>

#include <cstdint>
#include <string>

#include "spec/container_spec.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

namespace keelson::ns {

inline uint64_t flag_of(spec::NamespaceType type) {
  switch (type) {
    case spec::NamespaceType::pid:
      return CLONE_NEWPID;
    case spec::NamespaceType::network:
      return CLONE_NEWNET;
    case spec::NamespaceType::mount:
      return CLONE_NEWNS;
    case spec::NamespaceType::ipc:
      return CLONE_NEWIPC;
    case spec::NamespaceType::uts:
      return CLONE_NEWUTS;
    case spec::NamespaceType::user:
      return CLONE_NEWUSER;
    case spec::NamespaceType::cgroup:
      return CLONE_NEWCGROUP;
    case spec::NamespaceType::time:
      return CLONE_NEWTIME;
  }
  return 0;
}

// Its name in /proc/PID/ns.
inline const char* file_of(spec::NamespaceType type) {
  switch (type) {
    case spec::NamespaceType::pid:
      return "pid";
    case spec::NamespaceType::network:
      return "net";
    case spec::NamespaceType::mount:
      return "mnt";
    case spec::NamespaceType::ipc:
      return "ipc";
    case spec::NamespaceType::uts:
      return "uts";
    case spec::NamespaceType::user:
      return "user";
    case spec::NamespaceType::cgroup:
      return "cgroup";
    case spec::NamespaceType::time:
      return "time";
  }
  return "";
}

// Those that are made for this container; the others of its spec exist and are joined by their path.
inline uint64_t new_flags(const spec::ContainerSpec& spec) {
  uint64_t flags = 0;
  for (const spec::Namespace& one : spec.namespaces)
    if (one.path.empty()) flags |= flag_of(one.type);
  return flags;
}

inline uint64_t all_flags(const spec::ContainerSpec& spec) {
  uint64_t flags = 0;
  for (const spec::Namespace& one : spec.namespaces) flags |= flag_of(one.type);
  return flags;
}

// Of the user namespace that is joined; empty: a new one, or the host's.
inline std::string joined_user(const spec::ContainerSpec& spec) {
  for (const spec::Namespace& one : spec.namespaces)
    if (one.type == spec::NamespaceType::user) return one.path;
  return "";
}

}  // namespace keelson::ns
