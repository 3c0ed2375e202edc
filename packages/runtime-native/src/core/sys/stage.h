// The closed list of places where native code can fail. A stage names the step, errno the reason.
// To add one: a line here, sorted into its group; the name is part of the wire format, so it stays once released.
#pragma once

#include <cstdint>
#include <string_view>

#define KEELSON_STAGES(X)              \
  X(args, "args")                      \
  X(internal, "internal")              \
  X(protocol, "protocol")              \
  X(memory, "memory")                  \
  X(fork, "fork")                      \
  X(spec_read, "spec.read")            \
  X(spec_parse, "spec.parse")          \
  X(spec_check, "spec.check")          \
  X(ns_clone, "ns.clone")              \
  X(ns_join, "ns.join")                \
  X(ns_user_map, "ns.user-map")        \
  X(ns_hostname, "ns.hostname")        \
  X(ns_time, "ns.time")                \
  X(mount_private, "mount.private")    \
  X(mount_layer, "mount.layer")        \
  X(mount_idmap, "mount.idmap")        \
  X(mount_image, "mount.image")        \
  X(mount_overlay, "mount.overlay")    \
  X(mount_rootfs, "mount.rootfs")      \
  X(mount_entry, "mount.entry")        \
  X(mount_source, "mount.source")      \
  X(mount_dev, "mount.dev")            \
  X(mount_proc, "mount.proc")          \
  X(mount_sys, "mount.sys")            \
  X(mount_cgroup, "mount.cgroup")      \
  X(mount_mask, "mount.mask")          \
  X(mount_readonly, "mount.readonly")  \
  X(mount_pivot, "mount.pivot")        \
  X(cgroup_detect, "cgroup.detect")    \
  X(cgroup_create, "cgroup.create")    \
  X(cgroup_limit, "cgroup.limit")      \
  X(cgroup_join, "cgroup.join")        \
  X(cgroup_read, "cgroup.read")        \
  X(cgroup_freeze, "cgroup.freeze")    \
  X(cgroup_destroy, "cgroup.destroy")  \
  X(net_socket, "net.socket")          \
  X(net_link, "net.link")              \
  X(net_address, "net.address")        \
  X(net_route, "net.route")            \
  X(net_sysctl, "net.sysctl")          \
  X(net_port, "net.port")              \
  X(net_nft, "net.nft")                \
  X(sec_caps, "sec.caps")              \
  X(sec_seccomp, "sec.seccomp")        \
  X(sec_rlimit, "sec.rlimit")          \
  X(sec_no_new_privs, "sec.no-new-privs") \
  X(sec_verify, "sec.verify")          \
  X(sec_sysctl, "sec.sysctl")          \
  X(sec_apparmor, "sec.apparmor")      \
  X(sec_fds, "sec.fds")                \
  X(proc_stdio, "proc.stdio")          \
  X(proc_console, "proc.console")      \
  X(proc_user, "proc.user")            \
  X(proc_cwd, "proc.cwd")              \
  X(proc_sync, "proc.sync")            \
  X(proc_signal, "proc.signal")        \
  X(proc_state, "proc.state")          \
  X(proc_hook, "proc.hook")            \
  X(exec, "exec")                      \
  X(supervisor_run_dir, "supervisor.run-dir") \
  X(supervisor_control, "supervisor.control") \
  X(supervisor_log, "supervisor.log")  \
  X(supervisor_exit, "supervisor.exit") \
  X(supervisor_loop, "supervisor.loop") \
  X(fs_read, "fs.read")                \
  X(fs_write, "fs.write")              \
  X(quota, "quota")                    \
  X(layer_setup, "layer.setup")        \
  X(layer_read, "layer.read")          \
  X(layer_header, "layer.header")      \
  X(layer_pax, "layer.pax")            \
  X(layer_name, "layer.name")          \
  X(layer_owner, "layer.owner")        \
  X(layer_limit, "layer.limit")        \
  X(layer_parent, "layer.parent")      \
  X(layer_directory, "layer.directory") \
  X(layer_file, "layer.file")          \
  X(layer_sparse, "layer.sparse")      \
  X(layer_symlink, "layer.symlink")    \
  X(layer_link, "layer.link")          \
  X(layer_device, "layer.device")      \
  X(layer_whiteout, "layer.whiteout")  \
  X(layer_xattr, "layer.xattr")        \
  X(layer_attributes, "layer.attributes") \
  X(layer_helper, "layer.helper")      \
  X(layer_sync, "layer.sync")

namespace keelson::sys {

// Fits in one byte, so that a child can send it over its sync channel between clone and exec.
enum class Stage : uint8_t {
#define KEELSON_STAGE_VALUE(id, name) id,
  KEELSON_STAGES(KEELSON_STAGE_VALUE)
#undef KEELSON_STAGE_VALUE
};

constexpr std::string_view stage_name(Stage stage) {
  switch (stage) {
#define KEELSON_STAGE_NAME(id, name) \
  case Stage::id:                    \
    return name;
    KEELSON_STAGES(KEELSON_STAGE_NAME)
#undef KEELSON_STAGE_NAME
  }
  return "internal";
}

}  // namespace keelson::sys
