#include "port_proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <optional>

namespace keelson::supervisor {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

constexpr int kBacklog = 128;

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
  int family() const { return storage.ss_family; }
};

std::optional<Address> parse_address(const std::string& text, uint16_t port) {
  Address address;
  auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    address.length = sizeof *four;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    address.length = sizeof *six;
    return address;
  }
  return std::nullopt;
}

void set_flag(int socket, int level, int option) {
  const int on = 1;
  (void)::setsockopt(socket, level, option, &on, sizeof on);
}

Result<UniqueFd> open_listener(const spec::Port& port) {
  const std::string name = port.host_address + " port " + std::to_string(port.host_port);
  const std::optional<Address> address = parse_address(port.host_address, port.host_port);
  if (!address) return Error{Stage::net_port, EINVAL, port.host_address + " is no address"};
  UniqueFd socket(::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return os_error(Stage::net_port, "cannot open a socket for " + name);
  set_flag(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  if (address->family() == AF_INET6) set_flag(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0)
    return os_error(Stage::net_port, "cannot publish " + name);
  if (::listen(socket.get(), kBacklog) != 0) return os_error(Stage::net_port, "cannot listen on " + name);
  return socket;
}

}  // namespace

// One direction: reads from one socket, writes to the other, holds at most a buffer, passes the end on as a half-close.
struct Direction {
  int from = -1;
  int to = -1;
  char bytes[64 * 1024];
  size_t begin = 0;
  size_t end = 0;
  bool ended = false;  // `from` has said its last
  bool closed = false;  // and `to` was told

  // False when the connection is broken.
  bool pump() {
    for (;;) {
      if (begin == end && !ended) {
        const ssize_t got = ::recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno == EAGAIN;
        begin = 0;
        end = static_cast<size_t>(got);
        ended = got == 0;
      }
      if (begin == end) {
        if (ended && !closed) closed = ::shutdown(to, SHUT_WR) == 0 || errno == ENOTCONN;
        return true;
      }
      const ssize_t put = ::send(to, bytes + begin, end - begin, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return errno == EAGAIN;
      begin += static_cast<size_t>(put);
    }
  }
  bool waits_for_room() const { return begin != end; }
};

class ProxyConnection {
 public:
  ProxyConnection(Loop& loop, UniqueFd client, UniqueFd server) : loop_(loop), client_(std::move(client)), server_(std::move(server)) {
    up_.from = down_.to = client_.get();
    up_.to = down_.from = server_.get();
  }
  ~ProxyConnection() { close(); }

  bool begin() {
    const auto handler = [this](uint32_t events) { handle(events); };
    return loop_.watch(client_.get(), 0, handler).ok() && loop_.watch(server_.get(), EPOLLOUT, handler).ok();
  }
  bool done() const { return !client_; }
  void close() {
    if (!client_) return;
    loop_.forget(client_.get());
    loop_.forget(server_.get());
    client_.reset();
    server_.reset();
  }

 private:
  void handle(uint32_t events) {
    if (!connected_ && (events & (EPOLLERR | EPOLLHUP)) != 0) return close();
    connected_ = true;
    if (!up_.pump() || !down_.pump() || (up_.closed && down_.closed)) return close();
    loop_.change(client_.get(), interest(up_, down_));
    loop_.change(server_.get(), interest(down_, up_));
  }
  static uint32_t interest(const Direction& reading, const Direction& writing) {
    const bool wants_bytes = !reading.ended && !reading.waits_for_room();
    return (wants_bytes ? uint32_t{EPOLLIN} : 0u) | (writing.waits_for_room() ? uint32_t{EPOLLOUT} : 0u);
  }

  Loop& loop_;
  UniqueFd client_;
  UniqueFd server_;
  Direction up_;
  Direction down_;
  bool connected_ = false;
};

PortProxy::~PortProxy() { close(); }

Result<void> PortProxy::listen(const std::vector<spec::Port>& ports) {
  for (const spec::Port& port : ports) {
    Listener& listener = listeners_.emplace_back(Listener{KEELSON_TRY(open_listener(port)), port});
    KEELSON_TRY(loop_.watch(listener.socket.get(), EPOLLIN, [this, &listener](uint32_t) { accept_one(listener); }));
  }
  return {};
}

void PortProxy::sweep() {
  std::erase_if(connections_, [](const std::shared_ptr<ProxyConnection>& one) { return one->done(); });
}

void PortProxy::accept_one(const Listener& listener) {
  UniqueFd client(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!client) {
    // Without a descriptor for it the connection stays in the queue, and would be told of without end.
    if (errno == EMFILE || errno == ENFILE) loop_.rest(listener.socket.get());
    return;
  }
  sweep();
  const std::optional<Address> address = parse_address(listener.port.container_address, listener.port.container_port);
  // Over the bound the new connection is closed: those that exist are somebody's work.
  if (!address || connections_.size() >= kMaxConnections) return;
  UniqueFd server(::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!server) return;
  for (const UniqueFd* socket : {&client, &server}) set_flag(socket->get(), IPPROTO_TCP, TCP_NODELAY);
  if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0 && errno != EINPROGRESS) return;
  auto connection = std::make_shared<ProxyConnection>(loop_, std::move(client), std::move(server));
  if (connection->begin()) connections_.push_back(std::move(connection));
}

void PortProxy::close() {
  for (const Listener& listener : listeners_) loop_.forget(listener.socket.get());
  listeners_.clear();
  connections_.clear();
}

}  // namespace keelson::supervisor
