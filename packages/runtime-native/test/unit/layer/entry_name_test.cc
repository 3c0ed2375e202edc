#include "layer/entry_name.h"

#include "../check.h"

using keelson::layer::Marker;
using keelson::layer::parse_marker;
using keelson::layer::parse_name;

namespace {

bool splits(const char* name, const char* parent, const char* base) {
  auto parsed = parse_name(name, 256);
  return parsed.ok() && parsed.value().parent == parent && parsed.value().base == base;
}

Marker marker(const char* name) {
  auto marked = parse_marker(parse_name(name, 256).value());
  return marked.ok() ? marked.value().marker : Marker::none;
}

bool refused(const char* name) { return !parse_marker(parse_name(name, 256).value()).ok(); }

}  // namespace

TEST("names are taken relative to the root, without empty and dot components") {
  CHECK(splits("a", "", "a"));
  CHECK(splits("./a//b/./c/", "a/b", "c"));
  CHECK(splits("/etc/passwd", "etc", "passwd"));
  CHECK(splits("./", "", ""));
  CHECK(splits("...", "", "..."));
}

TEST("names that climb, are empty or too long are refused") {
  CHECK(!parse_name("..", 256).ok());
  CHECK(!parse_name("a/../b", 256).ok());
  CHECK(!parse_name("", 256).ok());
  CHECK(!parse_name(std::string("a\0b", 3), 256).ok());
  CHECK(!parse_name(std::string(256, 'a'), 256).ok());
  CHECK(parse_name(std::string(255, 'a'), 256).ok());
  CHECK(parse_name("a/b/c", 3).ok());
  CHECK(!parse_name("a/b/c", 2).ok());
}

TEST("whiteouts are told from files by their prefix") {
  CHECK(marker("a/.wh.b") == Marker::whiteout);
  CHECK(marker("a/.wh..wh..opq") == Marker::opaque);
  CHECK(marker(".wh..wh.plnk/1.2") == Marker::ignored);
  CHECK(marker("a.wh.b") == Marker::none);
  CHECK(marker(".who") == Marker::none);
}

TEST("whiteouts of nothing, of dots and in the middle of a path are refused") {
  CHECK(refused(".wh."));
  CHECK(refused(".wh.."));
  CHECK(refused(".wh..."));
  CHECK(refused(".wh.a/b"));
}
