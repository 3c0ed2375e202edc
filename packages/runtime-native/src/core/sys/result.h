// A value or the error that took its place. Built without exceptions: every failure is in a signature.
#pragma once

#include <errno.h>
#include <string.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sys/stage.h"

namespace keelson::sys {

// `detail` is a whole sentence that names the object ("cannot open /a/b: Permission denied"), written where the
// error is born; callers pass it on as it is. `err` is an errno, 0 where the kernel was not asked.
struct Error {
  Stage stage = Stage::internal;
  int err = 0;
  std::string detail;
};

// A failed system call: the sentence ends with the kernel's reason. Call it before anything can change errno.
// strerrordesc_np(3) is thread-safe and untranslated, which strerror(3) is not.
inline Error os_error(Stage stage, std::string what, int err = errno) {
  const char* reason = ::strerrordesc_np(err);
  what += ": ";
  what += reason != nullptr ? reason : "unknown error";
  return Error{stage, err, std::move(what)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }

  // Ask ok() first: the wrong one of the two aborts.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }
  Error error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const { return ok_; }
  void value() const {}
  const Error& error() const& { return error_; }
  Error error() && { return std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace keelson::sys

// The value of a Result, or return of its error to our own caller:
//   auto fd = KEELSON_TRY(open_in_root(...));      KEELSON_TRY(write_all(...));
// A GNU statement expression (g++ and clang): the one macro that saves three lines at every call.
#define KEELSON_TRY(expression)                                            \
  ({                                                                       \
    auto keelson_try_result = (expression);                                \
    if (!keelson_try_result.ok()) return std::move(keelson_try_result).error(); \
    std::move(keelson_try_result).value();                                 \
  })
