#include <cerrno>

#include "../check.h"
#include "frame.h"

using namespace keelson::supervisor;

namespace {

std::string frame(FrameType type, std::string_view payload) {
  std::string bytes;
  append_frame(bytes, type, payload);
  return bytes;
}

}  // namespace

TEST("a frame is its length, its type and its payload") {
  CHECK(frame(FrameType::resize, std::string_view("\x18\x00\x50\x00", 4)) == std::string("\x04\x00\x00\x00\x04\x18\x00\x50\x00", 9));
}

TEST("frames come out whole however they arrive") {
  const std::string bytes = frame(FrameType::request, "{\"op\":\"state\"}") + frame(FrameType::stdin_bytes, "ab") + frame(FrameType::stdin_eof, "");
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    std::string seen;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      for (auto next = reader.next(); next.ok() && next.value(); next = reader.next())
        seen += std::to_string(static_cast<int>(next.value()->type)) + '<' + std::string(next.value()->payload) + '>';
    }
    CHECK(seen == "1<{\"op\":\"state\"}>2<ab>3<>");
  }
}

TEST("the largest frame passes and a larger one is refused by its header alone") {
  FrameReader reader;
  reader.feed(frame(FrameType::stdin_bytes, std::string(kMaxFramePayload, 'x')));
  auto largest = reader.next();
  CHECK(largest.ok() && largest.value() && largest.value()->payload.size() == kMaxFramePayload);
  reader.feed(std::string_view("\x01\x00\x10\x00\x02", 5));
  auto larger = reader.next();
  CHECK(!larger.ok() && larger.error().err == EMSGSIZE);
}

TEST("types that only the supervisor sends, and unknown ones, are refused by name") {
  for (int type : {0, 6, 16, 20, 255}) {
    FrameReader reader;
    reader.feed(std::string("\x00\x00\x00\x00", 4) + static_cast<char>(type));
    auto next = reader.next();
    CHECK(!next.ok() && next.error().err == EPROTO);
    CHECK(!next.ok() && next.error().detail.find(std::to_string(type)) != std::string::npos);
  }
}
