// The one JSON line that tells the server what became of a layer.
#pragma once

#include <string>

#include "layer/helper_channel.h"

namespace keelson::unpack {

// {"ok":true,"bytes":N,"entries":N} or {"ok":false,"stage":"…","errno":N,"detail":"…","entry":"…"}, and a newline.
// Texts come from the archive: what is not UTF-8 becomes U+FFFD, control characters are escaped.
std::string report_line(const layer::Outcome& outcome);

}  // namespace keelson::unpack
