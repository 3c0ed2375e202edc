#include "net/requests.h"

#include <arpa/inet.h>
#include <string.h>

namespace keelson::net {

void Requests::start(uint16_t type, uint16_t flags, Entry entry) {
  entry.offset = buffer_.size();
  entries_.push_back(std::move(entry));
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<uint16_t>(flags | NLM_F_REQUEST);
  append(&header, sizeof header);
}

void Requests::append(const void* data, size_t size) {
  const char* from = static_cast<const char*>(data);
  buffer_.insert(buffer_.end(), from, from + size);
  buffer_.resize(NLMSG_ALIGN(buffer_.size()));
  grown();
}

void Requests::grown() {
  const size_t offset = entries_.back().offset;
  const uint32_t length = static_cast<uint32_t>(buffer_.size() - offset);
  ::memcpy(buffer_.data() + offset, &length, sizeof length);
}

void Requests::bytes(uint16_t type, const void* data, size_t size) {
  nlattr header{static_cast<uint16_t>(NLA_HDRLEN + size), type};
  const char* from = reinterpret_cast<const char*>(&header);
  buffer_.insert(buffer_.end(), from, from + sizeof header);
  append(data, size);
}

void Requests::text(uint16_t type, std::string_view value) {
  const std::string copy(value);
  bytes(type, copy.c_str(), copy.size() + 1);
}

void Requests::network32(uint16_t type, uint32_t value) {
  const uint32_t swapped = htonl(value);
  bytes(type, &swapped, sizeof swapped);
}

size_t Requests::open(uint16_t type, uint16_t flag) {
  const size_t nest = buffer_.size();
  nlattr header{NLA_HDRLEN, static_cast<uint16_t>(type | flag)};
  append(&header, sizeof header);
  return nest;
}

void Requests::close(size_t nest) {
  const uint16_t length = static_cast<uint16_t>(buffer_.size() - nest);
  ::memcpy(buffer_.data() + nest, &length, sizeof length);
}

void Requests::acknowledge_last() {
  char* at = buffer_.data() + entries_.back().offset + offsetof(nlmsghdr, nlmsg_flags);
  uint16_t flags = 0;
  ::memcpy(&flags, at, sizeof flags);
  flags |= NLM_F_ACK;
  ::memcpy(at, &flags, sizeof flags);
}

std::string_view Requests::finish(uint32_t first_sequence) {
  for (size_t at = 0; at < entries_.size(); ++at) {
    const uint32_t sequence = first_sequence + static_cast<uint32_t>(at);
    ::memcpy(buffer_.data() + entries_[at].offset + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
  }
  return {buffer_.data(), buffer_.size()};
}

}  // namespace keelson::net
