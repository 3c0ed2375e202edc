#include "net_binding.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "net/links.h"
#include "net/nft.h"
#include "worker.h"

namespace keelson::addon {
namespace {

using net::Netlink;
using net::NftConfig;
using net::NftEndpoint;
using net::NftPort;

using Names = std::vector<std::string>;

std::string text(const Napi::Value& value) { return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string(); }

std::string text(const Napi::Object& object, const char* key) { return text(object.Get(key)); }

uint16_t port_number(const Napi::Object& object, const char* key) {
  const Napi::Value value = object.Get(key);
  return value.IsNumber() ? static_cast<uint16_t>(value.As<Napi::Number>().Uint32Value()) : 0;
}

// `each` turns one item of a JavaScript array into one of ours.
template <class T, class Each>
std::vector<T> list(const Napi::Value& value, Each each) {
  std::vector<T> items;
  if (!value.IsArray()) return items;
  const Napi::Array array = value.As<Napi::Array>();
  for (uint32_t at = 0; at < array.Length(); ++at) items.push_back(each(array.Get(at)));
  return items;
}

NftPort port_of(const Napi::Value& value) {
  const Napi::Object object = value.As<Napi::Object>();
  return {text(object, "hostAddress"), port_number(object, "hostPort"), port_number(object, "containerPort")};
}

NftEndpoint endpoint_of(const Napi::Value& value) {
  const Napi::Object object = value.As<Napi::Object>();
  return {text(object, "hostInterface"), text(object, "mac"), text(object, "ipv4"), text(object, "ipv6"),
          list<NftPort>(object.Get("ports"), port_of)};
}

NftConfig config_of(const Napi::Value& value) {
  const Napi::Object object = value.As<Napi::Object>();
  return {text(object, "table"), text(object, "bridge"), text(object, "interfacePrefix"), text(object, "subnetIpv4"),
          text(object, "subnetIpv6")};
}

// One socket for the life of the process (nft.h says why), used by one worker at a time.
sys::Result<void> with_nft(const std::function<sys::Result<void>(Netlink&)>& work) {
  static std::mutex one_at_a_time;
  static std::optional<Netlink> open;
  const std::lock_guard lock(one_at_a_time);
  if (!open) open.emplace(KEELSON_TRY(Netlink::open(NETLINK_NETFILTER)));
  return work(*open);
}

Napi::Value done(Napi::Env env, std::function<sys::Result<void>()> work) {
  return Worker<std::monostate>::start(
      env,
      [work = std::move(work)]() -> sys::Result<std::monostate> {
        KEELSON_TRY(work());
        return std::monostate();
      },
      [](Napi::Env inner, std::monostate) -> sys::Result<Napi::Value> { return inner.Undefined(); });
}

Napi::Value names(Napi::Env env, std::function<sys::Result<Names>()> work) {
  return Worker<Names>::start(env, std::move(work), [](Napi::Env inner, const Names& all) -> sys::Result<Napi::Value> {
    Napi::Array array = Napi::Array::New(inner, all.size());
    for (uint32_t at = 0; at < all.size(); ++at) array.Set(at, all[at]);
    return Napi::Value(array);
  });
}

Napi::Value ensure_bridge(const Napi::CallbackInfo& info) {
  const auto as_text = [](const Napi::Value& value) { return text(value); };
  return done(info.Env(), [name = text(info[0]), addresses = list<std::string>(info[1], as_text), mtu = info[2].ToNumber().Uint32Value()] {
    return net::ensure_bridge(name, addresses, mtu);
  });
}

Napi::Value delete_link(const Napi::CallbackInfo& info) {
  return done(info.Env(), [name = text(info[0])] { return net::delete_link(name); });
}

Napi::Value list_links(const Napi::CallbackInfo& info) {
  return names(info.Env(), [prefix = text(info[0])] { return net::list_links(prefix); });
}

Napi::Value enable_forwarding(const Napi::CallbackInfo& info) { return done(info.Env(), net::enable_forwarding); }

Napi::Value apply_base(const Napi::CallbackInfo& info) {
  return done(info.Env(), [config = config_of(info[0]), endpoints = list<NftEndpoint>(info[1], endpoint_of)] {
    return with_nft([&](Netlink& netlink) { return net::apply_base(netlink, config, endpoints); });
  });
}

Napi::Value add_endpoint(const Napi::CallbackInfo& info) {
  return done(info.Env(), [table = text(info[0]), endpoint = endpoint_of(info[1])] {
    return with_nft([&](Netlink& netlink) { return net::add_endpoint(netlink, table, endpoint); });
  });
}

Napi::Value remove_endpoint(const Napi::CallbackInfo& info) {
  return done(info.Env(), [table = text(info[0]), endpoint = endpoint_of(info[1])] {
    return with_nft([&](Netlink& netlink) { return net::remove_endpoint(netlink, table, endpoint); });
  });
}

Napi::Value remove_table(const Napi::CallbackInfo& info) {
  return done(info.Env(), [table = text(info[0])] {
    return with_nft([&](Netlink& netlink) { return net::remove_table(netlink, table); });
  });
}

Napi::Value foreign_firewalls(const Napi::CallbackInfo& info) {
  return names(info.Env(), [table = text(info[0])]() -> sys::Result<Names> {
    Names warnings;
    KEELSON_TRY(with_nft([&](Netlink& netlink) -> sys::Result<void> {
      warnings = KEELSON_TRY(net::foreign_firewalls(netlink, table));
      return {};
    }));
    return warnings;
  });
}

}  // namespace

void export_net(Napi::Env env, Napi::Object exports) {
  exports.Set("ensureBridge", Napi::Function::New(env, ensure_bridge));
  exports.Set("deleteLink", Napi::Function::New(env, delete_link));
  exports.Set("listLinks", Napi::Function::New(env, list_links));
  exports.Set("enableForwarding", Napi::Function::New(env, enable_forwarding));
  exports.Set("nftApplyBase", Napi::Function::New(env, apply_base));
  exports.Set("nftAddEndpoint", Napi::Function::New(env, add_endpoint));
  exports.Set("nftRemoveEndpoint", Napi::Function::New(env, remove_endpoint));
  exports.Set("nftRemoveTable", Napi::Function::New(env, remove_table));
  exports.Set("foreignFirewalls", Napi::Function::New(env, foreign_firewalls));
}

}  // namespace keelson::addon
