#include "report.h"

#include "spec/json_text.h"

namespace keelson::unpack {

std::string report_line(const layer::Outcome& outcome) {
  spec::JsonText report;
  report.add("ok", outcome.ok);
  if (outcome.ok) {
    report.add("bytes", static_cast<int64_t>(outcome.bytes)).add("entries", static_cast<int64_t>(outcome.entries));
  } else {
    const sys::Error& error = outcome.error;
    report.add("stage", sys::stage_name(error.stage)).add("errno", error.err).add("detail", error.detail).add("entry", outcome.entry);
  }
  return report.text() + "\n";
}

}  // namespace keelson::unpack
