#include "layer/pax.h"

#include "../check.h"

using keelson::layer::merge_global;
using keelson::layer::parse_pax;
using keelson::layer::parse_pax_time;
using keelson::layer::PaxRecords;

namespace {

bool is(std::optional<timespec> time, int64_t seconds, long nanoseconds) {
  return time && time->tv_sec == seconds && time->tv_nsec == nanoseconds;
}

}  // namespace

TEST("times have up to nine digits behind the point") {
  CHECK(is(parse_pax_time("12"), 12, 0));
  CHECK(is(parse_pax_time("12."), 12, 0));
  CHECK(is(parse_pax_time("12.5"), 12, 500000000));
  CHECK(is(parse_pax_time("12.0000000019"), 12, 1));
}

TEST("times before 1970 count down") {
  CHECK(is(parse_pax_time("-1"), -1, 0));
  CHECK(is(parse_pax_time("-1.5"), -2, 500000000));
  CHECK(is(parse_pax_time("-0.25"), -1, 750000000));
}

TEST("malformed times are none") {
  for (const char* text : {"", ".5", "1.x", "1.5.", "+1", " 1", "99999999999999999999", "-9223372036854775808.5"}) {
    CHECK(!parse_pax_time(text));
  }
}

TEST("a value may hold newlines and equal signs") {
  auto records = parse_pax("28 SCHILY.xattr.user.a=b=\nc\n\n");
  CHECK(!records.ok());
  records = parse_pax("28 SCHILY.xattr.user.a=b=\nc\n");
  CHECK(records.ok() && records.value().xattrs.size() == 1 && records.value().xattrs[0].second == "b=\nc");
}

TEST("an empty value takes an override back") {
  auto records = parse_pax("9 uid=12\n7 uid=\n");
  CHECK(records.ok() && !records.value().uid);
}

TEST("the real name of a sparse file wins over its path, in either order") {
  for (const char* text : {"23 GNU.sparse.name=abc\n10 path=x\n", "10 path=x\n23 GNU.sparse.name=abc\n"}) {
    auto records = parse_pax(text);
    CHECK(records.ok() && records.value().path == "abc");
  }
}

TEST("records that lie about their length are malformed") {
  for (const char* text : {"1 path=a\n", "11 path=a\n", "9 path=a\nx", "0 \n", "path=a\n", "5  =\n\n"}) CHECK(!parse_pax(text).ok());
}

TEST("a global header may not name, size or map every entry") {
  PaxRecords global;
  for (const char* text : {"10 path=a\n", "14 linkpath=a\n", "10 size=0\n"}) {
    auto records = parse_pax(text);
    CHECK(records.ok() && !merge_global(global, records.value()).ok());
  }
  CHECK(merge_global(global, parse_pax("9 uid=12\n").value()).ok() && global.uid == 12);
}
