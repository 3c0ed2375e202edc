#include "ns/uts.h"

#include <unistd.h>

namespace keelson::ns {

using sys::os_error;
using sys::Result;
using sys::Stage;

Result<void> apply_names(const spec::ContainerSpec& spec) {
  if (!spec.hostname.empty() && ::sethostname(spec.hostname.data(), spec.hostname.size()) != 0)
    return os_error(Stage::ns_hostname, "cannot set the hostname " + spec.hostname);
  if (!spec.domainname.empty() && ::setdomainname(spec.domainname.data(), spec.domainname.size()) != 0)
    return os_error(Stage::ns_hostname, "cannot set the domain name " + spec.domainname);
  return {};
}

}  // namespace keelson::ns
