// Netlink requests laid one after another in one buffer: a single send(2) carries them all (netlink(7)).
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sys/stage.h"

namespace keelson::net {

class Requests {
 public:
  // `what` completes the error sentence "cannot <what>: <reason>".
  struct Entry {
    size_t offset;
    sys::Stage stage;
    std::string what;
  };

  // Starts the next message; attributes that follow belong to it. NLM_F_REQUEST is added.
  template <class Header>
  void begin(uint16_t type, uint16_t flags, const Header& header, Entry entry) {
    start(type, flags, std::move(entry));
    append(&header, sizeof header);
  }
  static Entry entry(sys::Stage stage, std::string what) { return Entry{0, stage, std::move(what)}; }

  void bytes(uint16_t type, const void* data, size_t size);
  void text(uint16_t type, std::string_view value);  // with the final NUL that the kernel wants
  void number8(uint16_t type, uint8_t value) { bytes(type, &value, sizeof value); }
  void number32(uint16_t type, uint32_t value) { bytes(type, &value, sizeof value); }
  void network32(uint16_t type, uint32_t value);  // big endian

  // Attributes between open() and close() lie inside `type`. Some old readers compare the type without its flags.
  size_t open(uint16_t type, uint16_t flag = NLA_F_NESTED);
  void close(size_t nest);
  // Raw bytes inside an open nest (the struct that VETH_INFO_PEER begins with), padded to 4.
  void append(const void* data, size_t size);

  // Sets NLM_F_ACK on the message begun last.
  void acknowledge_last();

  const std::vector<Entry>& entries() const { return entries_; }
  // All messages, with sequence numbers first, first + 1, …
  std::string_view finish(uint32_t first_sequence);
  bool empty() const { return entries_.empty(); }

 private:
  void start(uint16_t type, uint16_t flags, Entry entry);
  void grown();

  std::vector<char> buffer_;
  std::vector<Entry> entries_;
};

}  // namespace keelson::net
