// Network namespaces for the cases: each case plays on a "host" of its own, and never on the machine's network.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/sandbox.h"
#include "sys/unique_fd.h"

namespace keelson::test {

// A namespace owned by a user namespace of its own, as a container's is.
sys::UniqueFd container_namespace();
// One of the machine's root, for a second host "outside".
sys::UniqueFd plain_namespace();

// Runs `step` inside and comes back.
template <class Step>
auto inside(int netns, Step step);

void enter(int netns);
sys::UniqueFd current();

// A listening TCP socket (address "" for any), or -1.
sys::UniqueFd listen_at(const std::string& address, int port);
// Connects, lets the listener answer one line, returns it; "<errno text>" where it fails. `seen` gets the peer's
// address as the listener sees it.
std::string talk(int listener, const std::string& address, int port, std::string* seen = nullptr);
// A TCP connection with a limit of one second; `from` binds the source address where given.
sys::UniqueFd dial(const std::string& address, int port, const std::string& from = "");

// Text of a file of /proc as the current namespace shows it, without the final newline.
std::string proc_text(const std::string& path);

spec::Network network(int number);
constexpr const char* kBridge = "kltest";
// An ensured bridge with 10.210.0.1/22 and fd12::1/64.
bool make_bridge();

}  // namespace keelson::test

template <class Step>
auto keelson::test::inside(int netns, Step step) {
  sys::UniqueFd own = current();
  enter(netns);
  if constexpr (std::is_void_v<decltype(step())>) {
    step();
    enter(own.get());
  } else {
    auto result = step();
    enter(own.get());
    return result;
  }
}
