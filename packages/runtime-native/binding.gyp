{
  "variables": {
    # One linker flag for each function of the table.
    "wrapped": ["<!@(awk -F ', ' '/^WRAP/ {print \"-Wl,--wrap=\" $2}' test/faults/wrapped.inc)"]
  },
  "target_defaults": {
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fexceptions"],
    # -Wrestrict: g++ 12 sees an overlap in every "text" + std::string (GCC bug 105651).
    "cflags_cc": ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-restrict", "-fno-exceptions", "-fno-rtti"],
    "include_dirs": ["src/core", "third_party/rapidjson/include"]
  },
  "targets": [
    {
      "target_name": "keelson-core",
      "type": "static_library",
      "cflags": ["-fPIC"],
      "sources": [
        "src/core/cgroup/cgroup.cc",
        "src/core/cgroup/device_list.cc",
        "src/core/cgroup/device_program.cc",
        "src/core/cgroup/directory.cc",
        "src/core/cgroup/freezer.cc",
        "src/core/cgroup/hierarchy.cc",
        "src/core/cgroup/io_v1.cc",
        "src/core/cgroup/io_v2.cc",
        "src/core/cgroup/limits.cc",
        "src/core/cgroup/path.cc",
        "src/core/cgroup/stats.cc",
        "src/core/cgroup/usage.cc",
        "src/core/cgroup/v1.cc",
        "src/core/cgroup/v2.cc",
        "src/core/layer/entry_name.cc",
        "src/core/layer/helper_channel.cc",
        "src/core/layer/layer_writer.cc",
        "src/core/layer/pax.cc",
        "src/core/layer/tar_header.cc",
        "src/core/layer/tar_reader.cc",
        "src/core/mount/copy_up.cc",
        "src/core/mount/detached.cc",
        "src/core/mount/device_nodes.cc",
        "src/core/mount/idmap.cc",
        "src/core/mount/image.cc",
        "src/core/mount/options.cc",
        "src/core/mount/overlay.cc",
        "src/core/mount/rootfs.cc",
        "src/core/mount/verify.cc",
        "src/core/net/address.cc",
        "src/core/net/host.cc",
        "src/core/net/links.cc",
        "src/core/net/netlink.cc",
        "src/core/net/nft.cc",
        "src/core/net/nft_batch.cc",
        "src/core/net/nft_rules.cc",
        "src/core/net/requests.cc",
        "src/core/net/rtnl.cc",
        "src/core/net/sandbox.cc",
        "src/core/ns/user_map.cc",
        "src/core/ns/uts.cc",
        "src/core/proc/channel.cc",
        "src/core/proc/child_steps.cc",
        "src/core/proc/clone.cc",
        "src/core/proc/console.cc",
        "src/core/proc/exec_sequence.cc",
        "src/core/proc/home.cc",
        "src/core/proc/hook.cc",
        "src/core/proc/init_sequence.cc",
        "src/core/proc/live_change.cc",
        "src/core/proc/stream_owner.cc",
        "src/core/quota/project.cc",
        "src/core/sec/capabilities.cc",
        "src/core/sec/privileges.cc",
        "src/core/sec/rlimits.cc",
        "src/core/sec/seccomp.cc",
        "src/core/sec/sysctl.cc",
        "src/core/sec/verify.cc",
        "src/core/spec/decode_config.cc",
        "src/core/spec/decode_launch.cc",
        "src/core/spec/decode_process.cc",
        "src/core/spec/decode_resources.cc",
        "src/core/spec/decode_seccomp.cc",
        "src/core/spec/json.cc",
        "src/core/spec/json_text.cc",
        "src/core/sys/fs.cc"
      ]
    },
    {
      "target_name": "keelson_runtime",
      "type": "loadable_module",
      "dependencies": ["keelson-core"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "sources": [
        "src/addon/addon.cc",
        "src/addon/children.cc",
        "src/addon/entries.cc",
        "src/addon/entries_binding.cc",
        "src/addon/js_error.cc",
        "src/addon/net_binding.cc",
        "src/addon/rootfs_binding.cc",
        "src/addon/spawn.cc",
        "src/addon/spawn_binding.cc",
        "src/addon/stats_binding.cc"
      ]
    },
    {
      "target_name": "keelson-unpack",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "include_dirs": ["src/unpack"],
      "sources": [
        "src/unpack/main.cc",
        "src/unpack/options.cc",
        "src/unpack/report.cc",
        "src/unpack/sandbox_sequence.cc",
        "src/unpack/seccomp_filter.cc"
      ],
      "ldflags": ["-static"]
    },
    {
      "target_name": "keelson-init",
      "type": "executable",
      "sources": ["src/init/main.cc"],
      "cflags": ["-Os"],
      "ldflags": ["-static"]
    },
    {
      "target_name": "keelson-supervisor-core",
      "type": "static_library",
      "include_dirs": ["src/supervisor"],
      "direct_dependent_settings": {"include_dirs": ["src/supervisor"]},
      "sources": [
        "src/supervisor/client.cc",
        "src/supervisor/container_io.cc",
        "src/supervisor/exec_session.cc",
        "src/supervisor/exit_file.cc",
        "src/supervisor/frame.cc",
        "src/supervisor/input_pipe.cc",
        "src/supervisor/log_parts.cc",
        "src/supervisor/log_writer.cc",
        "src/supervisor/loop.cc",
        "src/supervisor/oom_victim.cc",
        "src/supervisor/output_pipe.cc",
        "src/supervisor/port_proxy.cc",
        "src/supervisor/process_io.cc",
        "src/supervisor/records.cc",
        "src/supervisor/run_directory.cc",
        "src/supervisor/supervisor.cc"
      ]
    },
    {
      "target_name": "keelson-supervisor",
      "type": "executable",
      "dependencies": ["keelson-supervisor-core", "keelson-core"],
      "sources": ["src/supervisor/main.cc"],
      "ldflags": ["-static"]
    },
    {
      "target_name": "keelson-runtime",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "include_dirs": ["src/runtime"],
      "sources": [
        "src/runtime/arguments.cc",
        "src/runtime/bundle.cc",
        "src/runtime/container_store.cc",
        "src/runtime/control_verbs.cc",
        "src/runtime/events_verb.cc",
        "src/runtime/exec_verb.cc",
        "src/runtime/group_processes.cc",
        "src/runtime/info_verbs.cc",
        "src/runtime/life_verbs.cc",
        "src/runtime/lifecycle.cc",
        "src/runtime/log.cc",
        "src/runtime/main.cc",
        "src/runtime/own_copy.cc",
        "src/runtime/process_entry.cc",
        "src/runtime/spec_template.cc",
        "src/runtime/terminal.cc",
        "src/runtime/words.cc"
      ],
      "ldflags": ["-static"]
    },
    {
      "target_name": "keelson-supervisor-faults",
      "type": "executable",
      "dependencies": ["keelson-supervisor-core", "keelson-core"],
      "sources": ["src/supervisor/main.cc", "test/faults/faults.cc", "test/faults/wraps.cc"],
      "ldflags": ["-static", "<@(wrapped)", "-Wl,--wrap=syscall"]
    },
    {
      "target_name": "keelson-unit-layer",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": [
        "test/unit/layer/main.cc",
        "test/unit/layer/entry_name_test.cc",
        "test/unit/layer/pax_test.cc",
        "test/unit/layer/tar_header_test.cc"
      ]
    },
    {
      "target_name": "keelson-unit-stats",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": ["test/unit/stats/main.cc"]
    },
    {
      "target_name": "keelson-unit-spec",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": [
        "test/unit/spec/main.cc",
        "test/unit/spec/decode_test.cc",
        "test/unit/spec/json_text_test.cc",
        "test/unit/spec/launch_test.cc"
      ]
    },
    {
      "target_name": "keelson-unit-sec",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": ["test/unit/sec/main.cc", "test/unit/sec/profile_test.cc", "test/unit/sec/seccomp_test.cc"]
    },
    {
      "target_name": "keelson-cgroup-test",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": [
        "test/privileged/cgroup/main.cc",
        "test/privileged/cgroup/lifetime_test.cc",
        "test/privileged/cgroup/limits_test.cc"
      ]
    },
    {
      "target_name": "keelson-mount-test",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": ["test/privileged/mount/main.cc"]
    },
    {
      "target_name": "keelson-net-test",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": [
        "test/privileged/net/main.cc",
        "test/privileged/net/namespaces.cc",
        "test/privileged/net/links_test.cc",
        "test/privileged/net/nft_test.cc",
        "test/privileged/net/sandbox_test.cc",
        "test/privileged/net/traffic_test.cc"
      ]
    },
    {
      "target_name": "keelson-sec-test",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "sources": ["test/privileged/sec/main.cc"]
    },
    {
      "target_name": "keelson-probe",
      "type": "executable",
      "sources": [
        "test/probe/main.cc",
        "test/probe/files.cc",
        "test/probe/privileges.cc",
        "test/probe/sockets.cc",
        "test/probe/syscalls.cc"
      ],
      "cflags_cc": ["-pthread"],
      "ldflags": ["-static", "-pthread"]
    },
    {
      "target_name": "keelson-log-tool",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "include_dirs": ["src/supervisor"],
      "sources": ["test/unit/log/main.cc", "src/supervisor/log_parts.cc", "src/supervisor/log_writer.cc"]
    },
    {
      "target_name": "keelson-unit-supervisor",
      "type": "executable",
      "dependencies": ["keelson-core"],
      "include_dirs": ["src/supervisor"],
      "sources": [
        "test/unit/supervisor/main.cc",
        "test/unit/supervisor/frame_test.cc",
        "test/unit/supervisor/oom_victim_test.cc",
        "src/supervisor/frame.cc",
        "src/supervisor/oom_victim.cc"
      ]
    }
  ]
}
