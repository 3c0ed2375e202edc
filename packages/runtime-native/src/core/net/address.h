// IPv4, IPv6 and hardware addresses as bytes in network order.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sys/result.h"

namespace keelson::net {

struct Address {
  int family = 0;  // AF_INET or AF_INET6
  std::array<uint8_t, 16> bytes{};
  unsigned prefix = 0;  // of the network; all bits for a plain address

  size_t size() const;
  bool is_any() const;  // 0.0.0.0 or ::
};

using Mac = std::array<uint8_t, 6>;

// "10.210.0.5/22", "fd12::5/64". Errors name the text.
sys::Result<Address> parse_cidr(sys::Stage stage, const std::string& text);
sys::Result<Address> parse_address(sys::Stage stage, const std::string& text);
sys::Result<Mac> parse_mac(sys::Stage stage, const std::string& text);
// IFNAMSIZ, no "/" and no space (dev_valid_name of the kernel), so that it can be part of a /proc/sys path.
sys::Result<void> check_interface_name(sys::Stage stage, const std::string& name);

// The address with the bits behind its prefix cleared.
Address network_of(Address address);
// fe80::/64 with the modified EUI-64 of `mac` (RFC 4291, appendix A): what the kernel gives an Ethernet interface.
Address link_local_of(const Mac& mac);

}  // namespace keelson::net
