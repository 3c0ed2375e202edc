// Where a user of the container is at home (passwd(5)).
#pragma once

#include <sys/types.h>

#include <string>

namespace keelson::proc {

// Child side, inside the container: the directory that its /etc/passwd names for the user, "/" where it names none or cannot be read.
std::string home_of(uid_t user);

// The same of the text of such a file.
std::string home_in(const std::string& passwd, uid_t user);

}  // namespace keelson::proc
