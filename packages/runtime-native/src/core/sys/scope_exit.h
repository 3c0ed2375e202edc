// Runs a step when the scope ends, unless dismissed: undo code beside the code that it undoes.
#pragma once

#include <utility>

namespace keelson::sys {

template <class F>
class [[nodiscard]] ScopeExit {
 public:
  explicit ScopeExit(F step) : step_(std::move(step)) {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ~ScopeExit() {
    if (armed_) step_();
  }

  // What was done is to stay.
  void dismiss() { armed_ = false; }

 private:
  F step_;
  bool armed_ = true;
};

}  // namespace keelson::sys
