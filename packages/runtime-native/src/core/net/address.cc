#include "net/address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace keelson::net {

using sys::Error;
using sys::Result;
using sys::Stage;

size_t Address::size() const { return family == AF_INET ? 4 : 16; }

bool Address::is_any() const {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

Result<Address> parse_address(Stage stage, const std::string& text) {
  Address address;
  address.family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (::inet_pton(address.family, text.c_str(), address.bytes.data()) != 1) {
    return Error{stage, EINVAL, "not an IP address: \"" + text + "\""};
  }
  address.prefix = static_cast<unsigned>(address.size() * 8);
  return address;
}

Result<Address> parse_cidr(Stage stage, const std::string& text) {
  const Error error{stage, EINVAL, "not an IP address with prefix length: \"" + text + "\""};
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return error;
  auto parsed = parse_address(stage, text.substr(0, slash));
  if (!parsed.ok()) return error;
  Address address = parsed.value();
  unsigned prefix = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (code != std::errc() || stop != end || prefix > address.prefix) return error;
  address.prefix = prefix;
  return address;
}

Result<Mac> parse_mac(Stage stage, const std::string& text) {
  Mac mac{};
  bool good = text.size() == 17;
  for (size_t at = 0; good && at < mac.size(); ++at) {
    const char* from = text.data() + at * 3;
    const auto [stop, code] = std::from_chars(from, from + 2, mac[at], 16);
    good = code == std::errc() && stop == from + 2 && (at == 5 || *stop == ':');
  }
  if (!good) return Error{stage, EINVAL, "not a hardware address: \"" + text + "\""};
  return mac;
}

Result<void> check_interface_name(Stage stage, const std::string& name) {
  const bool good = !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
                    std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127 && c != '/' && c != ':'; });
  if (!good) return Error{stage, EINVAL, "not an interface name: \"" + name + "\""};
  return {};
}

Address network_of(Address address) {
  for (size_t at = 0; at < address.size(); ++at) {
    const unsigned before = static_cast<unsigned>(at * 8);
    const unsigned kept = address.prefix <= before ? 0 : std::min(8u, address.prefix - before);
    address.bytes[at] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  return address;
}

Address link_local_of(const Mac& mac) {
  Address address;
  address.family = AF_INET6;
  address.prefix = 64;
  address.bytes = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]};
  return address;
}

}  // namespace keelson::net
