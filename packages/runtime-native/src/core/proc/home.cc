#include "proc/home.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "sys/fs.h"
#include "sys/unique_fd.h"

namespace keelson::proc {

namespace {
constexpr const char* kNowhere = "/";
// The file is the image's, and may be anything.
constexpr size_t kMaxFile = 1 << 20;
constexpr int kUserField = 2;
constexpr int kHomeField = 5;

std::string field_of(const std::string& line, int field) {
  size_t at = 0;
  for (; field > 0 && at != std::string::npos; --field) at = line.find(':', at) == std::string::npos ? std::string::npos : line.find(':', at) + 1;
  return at == std::string::npos ? "" : line.substr(at, line.find(':', at) - at);
}
}  // namespace

std::string home_in(const std::string& passwd, uid_t user) {
  for (size_t begin = 0; begin < passwd.size();) {
    const size_t end = std::min(passwd.find('\n', begin), passwd.size());
    const std::string line = passwd.substr(begin, end - begin);
    begin = end + 1;
    const std::string id = field_of(line, kUserField);
    uid_t found = 0;
    const auto [last, error] = std::from_chars(id.data(), id.data() + id.size(), found);
    if (id.empty() || error != std::errc() || last != id.data() + id.size() || found != user) continue;
    const std::string home = field_of(line, kHomeField);
    return home.starts_with('/') ? home : kNowhere;
  }
  return kNowhere;
}

std::string home_of(uid_t user) {
  // O_NONBLOCK: a fifo of that name has no writer.
  const sys::UniqueFd file(::open("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return kNowhere;
  const sys::Result<std::string> text = sys::read_fd(sys::Stage::proc_user, file.get(), kMaxFile, "/etc/passwd");
  return text.ok() ? home_in(text.value(), user) : kNowhere;
}

}  // namespace keelson::proc
