#include "spec/json_text.h"

#include "../check.h"

using keelson::spec::JsonText;

namespace {
std::string quoted(std::string_view text) { return JsonText().add("k", text).text(); }
}  // namespace

TEST("a flat object with each kind of value") {
  CHECK(JsonText().text() == "{}");
  CHECK(JsonText().add("a", true).add("b", -1).add("c", "text").text() == R"({"a":true,"b":-1,"c":"text"})");
}

TEST("texts are escaped") {
  CHECK(quoted("a\"b\\c") == R"({"k":"a\"b\\c"})");
  CHECK(quoted("\n\x1b\x7f") == R"({"k":"\u000a\u001b\u007f"})");
  CHECK(quoted(std::string_view("\0", 1)) == R"({"k":"\u0000"})");
}

TEST("what is not UTF-8 is replaced byte by byte, and the rest is kept") {
  CHECK(quoted("gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x9a\xa2") == "{\"k\":\"gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x9a\xa2\"}");
  CHECK(quoted("\xc3\xbc\xff") == "{\"k\":\"\xc3\xbc\\ufffd\"}");
  // Cut off, overlong, a surrogate, beyond U+10FFFF.
  CHECK(quoted("\xc3") == R"({"k":"\ufffd"})");
  CHECK(quoted("\xc0\xaf") == R"({"k":"\ufffd\ufffd"})");
  CHECK(quoted("\xed\xa0\x80") == R"({"k":"\ufffd\ufffd\ufffd"})");
  CHECK(quoted("\xf4\x90\x80\x80") == R"({"k":"\ufffd\ufffd\ufffd\ufffd"})");
}
