// rtnetlink(7) requests that links.cc and sandbox.cc share.
#pragma once

#include <string>
#include <vector>

#include "net/address.h"
#include "net/netlink.h"

namespace keelson::net::rtnl {

constexpr uint16_t kAck = NLM_F_ACK;
constexpr uint16_t kCreate = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;

// Raises the interface of that name.
void raise(Requests& requests, const std::string& name);
// No link-local address of the kernel's making: for ports of a bridge, which have no business with IPv6.
void without_link_local(Requests& requests, const std::string& name);
void remove(Requests& requests, const std::string& name);
// IPv6 addresses are usable at once: duplicate detection takes a second, and our pool is the only source of addresses.
void add_address(Requests& requests, unsigned index, const Address& address, const std::string& name);
void remove_address(Requests& requests, unsigned index, const Address& address, const std::string& name);
void add_default_route(Requests& requests, unsigned index, const Address& gateway, const std::string& name);

// Waits until packets pass: until `names`, raised a moment ago, are running, and until `addresses`, given a moment ago,
// are taken for the own ones. Both take effect in kernel workers. What is sent or answered before is dropped, and the
// first connection would wait a second for its second try.
struct Settling {
  std::vector<std::string> names;
  std::vector<Address> addresses;  // only those of IPv6 are waited for
};
sys::Result<void> settle(Netlink& netlink, const Settling& what);

// Whether errno `err` says that this host or interface has no IPv6.
bool says_no_ipv6(int err);

}  // namespace keelson::net::rtnl
