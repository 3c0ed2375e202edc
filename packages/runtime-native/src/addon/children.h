// Supervisors that this process started and must wait for. No thread stands by: the event loop watches their pidfds.
#pragma once

#include <node_api.h>
#include <uv.h>

#include <functional>
#include <map>
#include <memory>

#include "spawn.h"

namespace keelson::addon {

// How a child ended, as waitid(2) tells it: an exit code, or the signal that killed it.
struct ChildEnd {
  int code = 0;
  int signal = 0;
};

// One for each JavaScript environment, used on its thread only. Children do not keep the event loop alive.
class Children {
 public:
  using OnEnd = std::function<void(ChildEnd)>;

  // Owns itself: it goes with the environment, once the event loop has let go of every pidfd.
  static Children* make(napi_env env);
  Children(const Children&) = delete;

  // Takes over the child: reaps it when it ends and then calls `on_end` once, on the event loop.
  sys::Result<void> watch(pid_t pid, sys::UniqueFd pidfd, OnEnd on_end);
  // Sends SIGKILL; nothing where it is not our child or was reaped.
  void kill(pid_t pid);

 private:
  struct Child {
    Children* owner;
    pid_t pid;
    sys::UniqueFd pidfd;
    OnEnd on_end;
    uv_poll_t poll;
  };

  Children() = default;
  ~Children() = default;

  static void readable(uv_poll_t* poll, int status, int events);
  static void closed(uv_handle_t* handle);
  static void clean_up(napi_async_cleanup_hook_handle handle, void* self);
  void let_go(pid_t pid);
  void end_if_done();

  uv_loop_t* loop_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  // Raw pointers: a child is freed when its handle is closed, later than it leaves this map.
  std::map<pid_t, Child*> children_;
  size_t open_handles_ = 0;
  bool ending_ = false;
};

}  // namespace keelson::addon
