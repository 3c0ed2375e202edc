#include "spec/json.h"

// Its iterators derive from std::iterator, which is deprecated since C++17.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include "rapidjson/document.h"
#pragma GCC diagnostic pop
#include "rapidjson/error/en.h"

namespace keelson::spec {

using sys::Error;
using sys::Result;
using sys::Stage;

struct JsonDocument::State {
  std::string name;
  rapidjson::Document document;
  std::optional<Error> complaint;
};

namespace {
const rapidjson::Value& as_json(const void* value) { return *static_cast<const rapidjson::Value*>(value); }
}  // namespace

JsonDocument::JsonDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view text, std::string name) {
  if (text.size() > kMaxBytes)
    return Error{Stage::spec_parse, EFBIG, name + " is longer than " + std::to_string(kMaxBytes) + " bytes"};
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  // Iterative: the depth of a foreign document must not become the depth of our stack.
  state->document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  if (state->document.HasParseError())
    return Error{Stage::spec_parse, EINVAL,
                 state->name + " is no JSON at byte " + std::to_string(state->document.GetErrorOffset()) + ": " +
                     rapidjson::GetParseError_En(state->document.GetParseError())};
  if (!state->document.IsObject()) return Error{Stage::spec_parse, EINVAL, state->name + " is not a JSON object"};
  return JsonDocument(std::move(state));
}

JsonValue JsonDocument::root() const { return {state_.get(), &state_->document, ""}; }

Result<void> JsonDocument::finish() const {
  if (state_->complaint) return *state_->complaint;
  return {};
}

void JsonValue::complain(std::string sentence) const {
  if (state_->complaint) return;
  const std::string where = path_.empty() ? "the document" : path_;
  state_->complaint = Error{Stage::spec_check, EINVAL, state_->name + ": " + where + " " + std::move(sentence)};
}

Result<void> JsonValue::document_is_fine() const {
  if (state_->complaint) return *state_->complaint;
  return {};
}

JsonValue JsonValue::operator[](const char* key) const {
  JsonValue absent{state_, nullptr, path_.empty() ? key : path_ + "." + key};
  if (!present()) return absent;
  if (!as_json(value_).IsObject()) {
    complain("must be an object");
    return absent;
  }
  const auto found = as_json(value_).FindMember(key);
  if (found == as_json(value_).MemberEnd() || found->value.IsNull()) return absent;
  return {state_, &found->value, absent.path_};
}

std::string JsonValue::string(std::string fallback) const {
  if (!present()) return fallback;
  if (!as_json(value_).IsString()) {
    complain("must be a string");
    return fallback;
  }
  std::string text(as_json(value_).GetString(), as_json(value_).GetStringLength());
  // The kernel takes C strings: what follows a NUL would silently be lost.
  if (text.find('\0') != std::string::npos) complain("must not contain a NUL character");
  return text;
}

std::string JsonValue::required_string() const {
  std::string text = string();
  if (text.empty()) complain("is missing or empty");
  return text;
}

bool JsonValue::boolean(bool fallback) const {
  if (!present()) return fallback;
  if (!as_json(value_).IsBool()) complain("must be true or false");
  return as_json(value_).IsTrue();
}

std::optional<int64_t> JsonValue::optional_integer(int64_t least, int64_t most) const {
  if (!present()) return std::nullopt;
  if (!as_json(value_).IsInt64()) {
    complain("must be an integer of 64 bits");
    return std::nullopt;
  }
  const int64_t number = as_json(value_).GetInt64();
  if (number < least || number > most) {
    complain("is " + std::to_string(number) + ", outside of " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return number;
}

int64_t JsonValue::integer(int64_t least, int64_t most, int64_t fallback) const {
  return optional_integer(least, most).value_or(fallback);
}

std::optional<uint64_t> JsonValue::optional_unsigned() const {
  if (!present()) return std::nullopt;
  if (!as_json(value_).IsUint64()) {
    complain("must be an unsigned integer of 64 bits");
    return std::nullopt;
  }
  return as_json(value_).GetUint64();
}

uint64_t JsonValue::unsigned64(uint64_t fallback) const { return optional_unsigned().value_or(fallback); }

uint64_t JsonValue::unsigned_or_unlimited() const {
  const bool unlimited = present() && as_json(value_).IsInt64() && as_json(value_).GetInt64() == -1;
  return unlimited ? UINT64_MAX : unsigned64();
}

void JsonValue::each(const std::function<void(const JsonValue&)>& visit) const {
  if (!present()) return;
  if (!as_json(value_).IsArray()) return complain("must be an array");
  size_t index = 0;
  for (const rapidjson::Value& element : as_json(value_).GetArray()) {
    visit(JsonValue{state_, &element, path_ + "[" + std::to_string(index++) + "]"});
  }
}

void JsonValue::each_member(const std::function<void(const std::string&, const JsonValue&)>& visit) const {
  if (!present()) return;
  if (!as_json(value_).IsObject()) return complain("must be an object");
  for (const auto& member : as_json(value_).GetObject()) {
    const std::string key(member.name.GetString(), member.name.GetStringLength());
    visit(key, JsonValue{state_, &member.value, path_ + "." + key});
  }
}

std::vector<std::string> JsonValue::strings() const {
  std::vector<std::string> all;
  each([&all](const JsonValue& element) { all.push_back(element.string()); });
  return all;
}

void JsonValue::refuse(std::initializer_list<const char*> keys) const {
  for (const char* key : keys) {
    const JsonValue field = (*this)[key];
    if (!field.present()) continue;
    const rapidjson::Value& value = as_json(field.value_);
    const bool empty = (value.IsString() && value.GetStringLength() == 0) || (value.IsArray() && value.Empty()) ||
                       (value.IsObject() && value.ObjectEmpty()) || value.IsFalse();
    if (!empty) field.complain("is not supported; leave it out");
  }
}

}  // namespace keelson::spec
