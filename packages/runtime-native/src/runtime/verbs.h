// The verbs of the command line. Each takes the words after its name and gives the exit status.
#pragma once

#include <string>
#include <vector>

#include "container_store.h"
#include "log.h"
#include "sys/result.h"

namespace keelson::runtime {

struct Context {
  Store store;
  Log log;
  bool systemd_cgroup = false;
};

using Words = std::vector<std::string>;
using Outcome = sys::Result<int>;

Outcome create(const Context& context, const Words& words);
Outcome start(const Context& context, const Words& words);
Outcome run(const Context& context, const Words& words);
Outcome exec(const Context& context, const Words& words);
Outcome state(const Context& context, const Words& words);
Outcome kill(const Context& context, const Words& words);
Outcome remove(const Context& context, const Words& words);  // "delete"
Outcome list(const Context& context, const Words& words);
Outcome ps(const Context& context, const Words& words);
Outcome pause(const Context& context, const Words& words);
Outcome resume(const Context& context, const Words& words);
Outcome update(const Context& context, const Words& words);
Outcome events(const Context& context, const Words& words);
Outcome features(const Context& context, const Words& words);
Outcome spec_template(const Context& context, const Words& words);  // "spec"

// To standard output.
void print(const std::string& text);

}  // namespace keelson::runtime
