// The smallest test harness: each file registers cases by TEST, check_main() of one runner runs them all.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace check {

struct Case {
  const char* name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

inline bool add(const char* name, void (*run)()) {
  cases().push_back({name, run});
  return true;
}

inline void report(bool ok, const char* file, int line, const char* expression) {
  if (ok) return;
  ++failures();
  std::printf("    %s:%d: not true: %s\n", file, line, expression);
}

// Prints "ok NAME" or "not ok NAME" for each case; the exit status is 1 when one failed.
inline int main() {
  int failed = 0;
  for (const Case& one : cases()) {
    int before = failures();
    one.run();
    bool ok = failures() == before;
    failed += ok ? 0 : 1;
    std::printf("%s %s\n", ok ? "ok" : "not ok", one.name);
  }
  std::printf("%zu passed, %d failed\n", cases().size() - static_cast<size_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)

// TEST("says what it does") { CHECK(1 + 1 == 2); }
#define TEST(name) TEST_AT_(name, __COUNTER__)
#define TEST_AT_(name, id)                                                                          \
  static void CHECK_JOIN(check_case_, id)();                                                        \
  [[maybe_unused]] static const bool CHECK_JOIN(check_added_, id) = check::add(name, CHECK_JOIN(check_case_, id)); \
  static void CHECK_JOIN(check_case_, id)()

// Goes on after a failure, so that one run shows all of them.
#define CHECK(expression) check::report(static_cast<bool>(expression), __FILE__, __LINE__, #expression)
