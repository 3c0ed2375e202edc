#include "layer/tar_header.h"

#include <string.h>

#include <string_view>

#include "../check.h"

using keelson::layer::kBlockSize;
using keelson::layer::parse_header;
using keelson::layer::parse_number;

namespace {

std::optional<int64_t> number(std::string_view field) { return parse_number(field.data(), field.size()); }

// A ustar block of a regular file; `signed_sum` adds the bytes up as programs with a signed char did.
std::string block_of(std::string_view name, bool signed_sum = false) {
  std::string block(kBlockSize, '\0');
  name.copy(block.data(), 100);
  memcpy(block.data() + 100, "0000644\0000000000\0000000000\00000000000000\00000000000000\0", 48);
  memset(block.data() + 148, ' ', 8);
  block[156] = '0';
  memcpy(block.data() + 257, "ustar\00000", 8);
  long sum = 0;
  for (char byte : block) sum += signed_sum ? static_cast<signed char>(byte) : static_cast<unsigned char>(byte);
  for (size_t at = 153; at >= 148; --at, sum /= 8) block[at] = static_cast<char>('0' + sum % 8);
  block[154] = '\0';
  return block;
}

}  // namespace

TEST("octal numbers may be led by spaces and closed by a space or zero") {
  using std::string_view_literals::operator""sv;
  CHECK(number("0000644\0"sv) == 0644);
  CHECK(number("   644 \0"sv) == 0644);
  CHECK(number("77777777"sv) == 077777777);
  CHECK(number("\0\0\0\0"sv) == 0);
}

TEST("octal numbers with other characters are malformed") {
  CHECK(!number("0000648"));
  CHECK(!number("12 34"));
  CHECK(!number("-1"));
  CHECK(!number("0x1"));
}

TEST("octal numbers over 63 bits are malformed") {
  CHECK(number("777777777777777777777") == INT64_MAX);
  CHECK(!number("1000000000000000000000"));
}

TEST("numbers in base 256 are two's complement within 63 bits") {
  using std::string_view_literals::operator""sv;
  CHECK(number("\x80\0\0\0\0\0\1\0"sv) == 256);
  CHECK(number("\xff\xff\xff\xff\xff\xff\xff\xfe"sv) == -2);
  CHECK(number("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"sv) == INT64_MAX);
  CHECK(number("\xff\xff\xff\xff\x80\0\0\0\0\0\0\0"sv) == INT64_MIN);
  CHECK(!number("\x80\0\0\0\x80\0\0\0\0\0\0\0"sv));
  CHECK(!number("\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"sv));
  CHECK(!number("\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv));
}

TEST("a name that fills its field needs no zero") {
  auto header = parse_header(block_of(std::string(100, 'n')).data());
  CHECK(header.ok() && header.value().name == std::string(100, 'n'));
}

TEST("a checksum of signed bytes is accepted, a wrong one is not") {
  CHECK(parse_header(block_of("\xc3\xa9").data()).ok());
  CHECK(parse_header(block_of("\xc3\xa9", true).data()).ok());
  auto block = block_of("name");
  block[0] = 'N';
  CHECK(!parse_header(block.data()).ok());
}
