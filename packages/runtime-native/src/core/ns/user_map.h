// Ids of a new user namespace, written from outside (user_namespaces(7)).
#pragma once

#include <sys/types.h>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::ns {

// Parent side. `pid` has just been cloned into a user namespace that nobody has mapped yet. Reads the maps back (stage sec.verify).
sys::Result<void> write_id_maps(pid_t pid, const spec::ContainerSpec& spec);

// Of a process that has joined a namespace: its maps must be those of the spec.
sys::Result<void> verify_id_maps(pid_t pid, const spec::ContainerSpec& spec);

// Child side, after the maps are written: takes the namespace's root as identity. Every capability in the namespace is held from the
// clone on; the ids are what files are made with.
sys::Result<void> become_namespace_root();

}  // namespace keelson::ns
