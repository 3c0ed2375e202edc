#include "children.h"

#include <signal.h>
#include <sys/wait.h>

#include "sys/syscalls.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

namespace keelson::addon {

using sys::Error;
using sys::Result;
using sys::Stage;

Children* Children::make(napi_env env) {
  auto* children = new Children();
  if (napi_get_uv_event_loop(env, &children->loop_) != napi_ok ||
      napi_add_async_cleanup_hook(env, clean_up, children, &children->hook_) != napi_ok) {
    delete children;
    return nullptr;
  }
  return children;
}

Result<void> Children::watch(pid_t pid, sys::UniqueFd pidfd, OnEnd on_end) {
  auto* child = new Child{this, pid, std::move(pidfd), std::move(on_end), {}};
  int status = uv_poll_init(loop_, &child->poll, child->pidfd.get());
  if (status != 0) {
    // Nobody would ever hear of it: it goes with what it has begun.
    sys::pidfd_send_signal(child->pidfd.get(), SIGKILL);
    ::waitpid(pid, nullptr, 0);
    delete child;
    return Error{Stage::fork, -status, "cannot watch the supervisor: " + std::string(uv_strerror(status))};
  }
  child->poll.data = child;
  ++open_handles_;
  children_[pid] = child;
  // A pidfd becomes readable when its process ends (pidfd_open(2)).
  uv_poll_start(&child->poll, UV_READABLE, readable);
  uv_unref(reinterpret_cast<uv_handle_t*>(&child->poll));
  return {};
}

void Children::kill(pid_t pid) {
  auto found = children_.find(pid);
  if (found != children_.end()) sys::pidfd_send_signal(found->second->pidfd.get(), SIGKILL);
}

void Children::readable(uv_poll_t* poll, int, int) {
  auto* child = static_cast<Child*>(poll->data);
  siginfo_t info{};
  if (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(child->pidfd.get()), &info, WEXITED | WNOHANG) == 0 && info.si_pid == 0) return;
  const ChildEnd end = info.si_code == CLD_EXITED ? ChildEnd{info.si_status, 0} : ChildEnd{0, info.si_status};
  OnEnd on_end = std::move(child->on_end);
  child->owner->let_go(child->pid);
  on_end(end);
}

void Children::let_go(pid_t pid) {
  Child* child = children_[pid];
  children_.erase(pid);
  uv_poll_stop(&child->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&child->poll), closed);
}

void Children::closed(uv_handle_t* handle) {
  auto* child = static_cast<Child*>(handle->data);
  Children* owner = child->owner;
  delete child;
  --owner->open_handles_;
  owner->end_if_done();
}

void Children::clean_up(napi_async_cleanup_hook_handle, void* self) {
  auto* children = static_cast<Children*>(self);
  children->ending_ = true;
  while (!children->children_.empty()) {
    Child* child = children->children_.begin()->second;
    child->on_end = nullptr;  // holds references to JavaScript, which must go now
    children->let_go(child->pid);
  }
  children->end_if_done();
}

void Children::end_if_done() {
  if (!ending_ || open_handles_ > 0) return;
  napi_remove_async_cleanup_hook(hook_);
  delete this;
}

}  // namespace keelson::addon
