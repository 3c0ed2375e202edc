// A netlink socket (netlink(7)): many requests in one send, every answer checked, the kernel's own words in errors.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "net/requests.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::net {

class Netlink {
 public:
  // Belongs to the network namespace of the calling thread for ever. `protocol`: NETLINK_ROUTE or NETLINK_NETFILTER.
  static sys::Result<Netlink> open(int protocol);

  struct Failure {
    size_t index;  // of the request
    sys::Error error;
  };

  // Sends all requests at once and returns those that failed, in order. Those that ask for NLM_F_ACK are waited for;
  // the kernel goes on to the next request after a failed one (rtnetlink) or undoes all (nf_tables).
  // `visit` sees the answers of requests that ask for something.
  using Visitor = std::function<void(const nlmsghdr& header, const char* payload, size_t size)>;
  sys::Result<std::vector<Failure>> send(Requests& requests, const Visitor& visit = {});

  // The same, where any failure is the result.
  sys::Result<void> run(Requests& requests);

  // One request with NLM_F_DUMP.
  sys::Result<void> dump(Requests& request, const Visitor& visit);

  // 0 where there is no such interface in this socket's namespace.
  unsigned interface_index(const std::string& name) const;

 private:
  explicit Netlink(sys::UniqueFd fd) : fd_(std::move(fd)) {}
  sys::Result<void> put(std::string_view bytes, const Requests::Entry& first);
  sys::Result<std::string_view> receive(const Requests::Entry& about, std::vector<char>& buffer, bool wait);

  sys::UniqueFd fd_;
  uint32_t next_sequence_ = 1;
};

// Walks attributes; `visit` gets the type without flags.
void each_attribute(const char* from, size_t size, const std::function<void(int type, const char* data, size_t size)>& visit);

}  // namespace keelson::net
