// list, features, spec: what can be told without touching a container.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "arguments.h"
#include "mount/options.h"
#include "spec/decode.h"
#include "spec/json_text.h"
#include "sys/fs.h"
#include "verbs.h"
#include "version.h"

namespace keelson::runtime {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

template <class List>
std::string json_list(const List& strings) {
  std::string list;
  for (const auto& one : strings) list += (list.empty() ? "" : ",") + spec::json_quoted(one);
  return "[" + list + "]";
}

std::string padded(const std::string& text, size_t width) { return text + std::string(width > text.size() ? width - text.size() : 0, ' '); }

// Columns as wide as their widest cell and three blanks more.
std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.front().size(), 9);
  for (const auto& row : rows)
    for (size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], row[at].size());
  std::string table;
  for (const auto& row : rows) {
    for (size_t at = 0; at < row.size(); ++at) table += at + 1 == row.size() ? row[at] : padded(row[at], widths[at] + 3);
    table += "\n";
  }
  return table;
}

std::string seccomp_features() {
#if defined(__x86_64__)
  constexpr const char* kArchitecture = "SCMP_ARCH_X86_64";
#else
  constexpr const char* kArchitecture = "SCMP_ARCH_AARCH64";
#endif
  return spec::JsonText()
      .add("enabled", true)
      .raw("actions", json_list(std::vector<std::string>{"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS",
                                                              "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_TRAP"}))
      .raw("operators", json_list(std::vector<std::string>{"SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT",
                                                                "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"}))
      .raw("archs", json_list(std::vector<std::string>{kArchitecture}))
      .text();
}

std::string linux_features() {
  const std::string no = spec::JsonText().add("enabled", false).text();
  return spec::JsonText()
      .raw("namespaces", json_list(std::vector<std::string>{"cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"}))
      .raw("capabilities", json_list(spec::capability_names()))
      .raw("cgroup", spec::JsonText().add("v1", true).add("v2", true).add("systemd", false).add("systemdUser", false).add("rdma", false).text())
      .raw("seccomp", seccomp_features())
      .raw("apparmor", spec::JsonText().add("enabled", true).text())
      .raw("selinux", no)
      .raw("intelRdt", no)
      .text();
}

}  // namespace

Outcome list(const Context& context, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"format", "f"}, {"quiet", "q", false}}));
  KEELSON_TRY(arguments.expect("list", 0, 0));
  const std::string format = arguments.value("format", "table");
  if (format != "table" && format != "json") return Error{Stage::args, EINVAL, "invalid format option"};
  const std::vector<Container> containers = KEELSON_TRY(context.store.all());
  std::string text;
  std::vector<std::vector<std::string>> rows = {{"ID", "PID", "STATUS", "BUNDLE", "CREATED"}};
  for (const Container& one : containers) {
    const Status now = one.status();
    const Record& record = one.record();
    if (arguments.has("quiet")) text += record.id + "\n";
    else if (format == "json") text += (text.empty() ? "" : ",") + state_json(record, now);
    rows.push_back({record.id, std::to_string(now == Status::stopped ? 0 : record.pid), status_name(now), record.bundle, record.created});
  }
  if (arguments.has("quiet")) print(text);
  else if (format == "json") print(containers.empty() ? "null\n" : "[" + text + "]\n");
  else print(table_of(rows));
  return 0;
}

// OCI runtime spec, features.md.
Outcome features(const Context&, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {}));
  KEELSON_TRY(arguments.expect("features", 0, 0));
  const std::vector<std::string> hooks = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};
  print(spec::JsonText()
            .add("ociVersionMin", "1.0.0")
            .add("ociVersionMax", kSpecVersion)
            .raw("hooks", json_list(hooks))
            .raw("mountOptions", json_list(mount::option_names()))
            .raw("linux", linux_features())
            // Read by containerd and podman under this name.
            .raw("annotations", spec::JsonText().add("org.opencontainers.runc.checkpoint.enabled", "false").add("dev.keelson.runtime.version", kVersion).text())
            .text() +
        "\n");
  return 0;
}

Outcome spec_template(const Context&, const Words& words) {
  const Arguments arguments = KEELSON_TRY(Arguments::parse(words, {{"bundle", "b"}}));
  KEELSON_TRY(arguments.expect("spec", 0, 0));
  const std::string directory = arguments.value("bundle", ".");
  const std::string name = directory + "/config.json";
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) return Error{Stage::args, EEXIST, "File config.json exists. Remove it first"};
  const sys::UniqueFd owned(file);
  if (!owned) return os_error(Stage::args, "cannot make " + name);
  KEELSON_TRY(sys::write_all(Stage::args, owned.get(), kSpecTemplate, name));
  return 0;
}

}  // namespace keelson::runtime
