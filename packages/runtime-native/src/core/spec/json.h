// Reading JSON documents of other processes: bounded, and every complaint names the place ("linux.resources.pids.limit").
// A reader remembers the first thing that is wrong and lets the rest pass, so that decoders read as a list of fields; whoever
// began asks finish() once at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/result.h"

namespace keelson::spec {

class JsonValue;

class JsonDocument {
 public:
  // A document of an OCI spec is a few tens of KiB; a seccomp profile makes most of it.
  static constexpr size_t kMaxBytes = 1024 * 1024;

  // `name` is for complaints: "config.json".
  static sys::Result<JsonDocument> parse(std::string_view text, std::string name);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonValue root() const;
  // The first complaint of all values read, if there is one.
  sys::Result<void> finish() const;

 private:
  friend class JsonValue;
  struct State;
  explicit JsonDocument(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One value and its place in the document. Valid as long as the document lives. A field that is absent or null has no value;
// reading it gives the fallback.
class JsonValue {
 public:
  bool present() const { return value_ != nullptr; }
  JsonValue operator[](const char* key) const;

  std::string string(std::string fallback = {}) const;
  // Complains where the field is absent or empty.
  std::string required_string() const;
  bool boolean(bool fallback = false) const;
  int64_t integer(int64_t least, int64_t most, int64_t fallback = 0) const;
  uint64_t unsigned64(uint64_t fallback = 0) const;
  // -1 stands for UINT64_MAX, the "unlimited" of getrlimit(2), which a document made by JavaScript cannot hold.
  uint64_t unsigned_or_unlimited() const;
  std::optional<int64_t> optional_integer(int64_t least = INT64_MIN, int64_t most = INT64_MAX) const;
  std::optional<uint64_t> optional_unsigned() const;
  uint32_t u32(uint32_t fallback = 0) const { return static_cast<uint32_t>(integer(0, UINT32_MAX, fallback)); }
  uint16_t u16(uint16_t fallback = 0) const { return static_cast<uint16_t>(integer(0, UINT16_MAX, fallback)); }
  std::vector<std::string> strings() const;
  void each(const std::function<void(const JsonValue&)>& visit) const;
  void each_member(const std::function<void(const std::string& key, const JsonValue&)>& visit) const;

  void complain(std::string sentence) const;
  // The first complaint about any value of the document, as JsonDocument::finish().
  sys::Result<void> document_is_fine() const;
  // Complains where one of the fields has a value: what it asks for would silently not happen.
  void refuse(std::initializer_list<const char*> keys) const;

 private:
  friend class JsonDocument;
  JsonValue(JsonDocument::State* state, const void* value, std::string path)
      : state_(state), value_(value), path_(std::move(path)) {}
  JsonDocument::State* state_;
  const void* value_;  // rapidjson::Value, kept out of this header
  std::string path_;
};

}  // namespace keelson::spec
