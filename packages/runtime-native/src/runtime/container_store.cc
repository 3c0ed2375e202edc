#include "container_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <cstdio>
#include <memory>

#include "cgroup/cgroup.h"
#include "process_entry.h"
#include "spec/json.h"
#include "spec/json_text.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::runtime {

using spec::JsonText;
using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

constexpr const char* kState = "/state.json";
constexpr const char* kConfig = "/config.json";
constexpr const char* kGate = "/start.sock";
constexpr const char* kLock = "/lock";

// What runc takes: others make ids for it.
bool is_id(const std::string& id) {
  if (id.empty() || id.size() > NAME_MAX || id == "." || id == "..") return false;
  return std::all_of(id.begin(), id.end(), [](unsigned char one) { return std::isalnum(one) != 0 || one == '_' || one == '+' || one == '-' || one == '.'; });
}

Error missing() { return Error{Stage::proc_state, ENOENT, "container does not exist"}; }

// Of a record, not of an open file: a container's first process inherits our files, and would go on holding such a lock (fcntl_locking(2)).
Result<UniqueFd> take_lock(const std::string& directory) {
  UniqueFd file(::open((directory + kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return errno == ENOENT ? missing() : os_error(Stage::proc_state, "cannot open the lock of " + directory);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  while (::fcntl(file.get(), F_SETLKW, &whole) != 0)
    if (errno != EINTR) return os_error(Stage::proc_state, "cannot lock " + directory);
  return file;
}

std::string annotations_json(const Record& record) {
  JsonText text;
  for (const auto& [key, value] : record.annotations) text.add(key, value);
  return text.text();
}

Result<Record> parse_record(const std::string& text) {
  const spec::JsonDocument document = KEELSON_TRY(spec::JsonDocument::parse(text, "state.json"));
  const spec::JsonValue root = document.root();
  Record record;
  record.oci_version = root["ociVersion"].required_string();
  record.id = root["id"].required_string();
  record.bundle = root["bundle"].string();
  record.rootfs = root["rootfs"].string();
  record.created = root["created"].string();
  record.cgroup = root["cgroup"].string();
  record.boot_id = root["bootId"].string();
  record.pid = static_cast<pid_t>(root["pid"].integer(0, INT_MAX));
  record.start_ticks = root["startTicks"].unsigned64();
  record.owner = root["ownerUid"].u32();
  root["annotations"].each_member([&](const std::string& key, const spec::JsonValue& value) { record.annotations.emplace_back(key, value.string()); });
  KEELSON_TRY(document.finish());
  return record;
}

Result<void> write_file(const std::string& name, const std::string& text) {
  const UniqueFd file = KEELSON_TRY(sys::open_path(Stage::proc_state, name + ".new", O_WRONLY | O_CREAT | O_TRUNC, 0600));
  KEELSON_TRY(sys::write_all(Stage::proc_state, file.get(), text, name));
  if (::rename((name + ".new").c_str(), name.c_str()) != 0) return os_error(Stage::proc_state, "cannot put " + name + " in place");
  return {};
}

// By the directory's descriptor: roots are longer than an address of a unix socket may be (unix(7)).
Result<sockaddr_un> gate_address(int directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const int length = ::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d%s", directory, kGate);
  if (length < 0 || static_cast<size_t>(length) >= sizeof address.sun_path) return Error{Stage::proc_state, ENAMETOOLONG, "the gate has no address"};
  return address;
}

Result<UniqueFd> gate_socket() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return os_error(Stage::proc_state, "cannot open a socket");
  return socket;
}

// With its parents, as callers expect who keep a root for themselves.
Result<void> make_root(const std::string& root) {
  for (size_t slash = root.find('/', 1);; slash = root.find('/', slash + 1)) {
    const std::string part = root.substr(0, slash);
    if (::mkdir(part.c_str(), 0711) != 0 && errno != EEXIST) return os_error(Stage::proc_state, "cannot make " + part);
    if (slash == std::string::npos) return {};
  }
}

std::string user_name(uid_t uid) { return uid == 0 ? "root" : "#" + std::to_string(uid); }

}  // namespace

const char* status_name(Status status) {
  switch (status) {
    case Status::creating:
      return "creating";
    case Status::created:
      return "created";
    case Status::running:
      return "running";
    case Status::paused:
      return "paused";
    case Status::stopped:
      return "stopped";
  }
  return "stopped";
}

std::string state_json(const Record& record, Status status) {
  JsonText text;
  text.add("ociVersion", record.oci_version).add("id", record.id).add("pid", status == Status::stopped ? 0 : record.pid).add("status", status_name(status));
  text.add("bundle", record.bundle).add("rootfs", record.rootfs).add("created", record.created);
  if (!record.annotations.empty()) text.raw("annotations", annotations_json(record));
  return text.add("owner", user_name(record.owner)).text();
}

Result<std::string> boot_id() {
  std::string id = KEELSON_TRY(sys::read_file(Stage::proc_state, "/proc/sys/kernel/random/boot_id", 64));
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

// ---- one container ----

Status Container::status() const {
  if (record_.pid == 0) return Status::creating;
  const Result<std::string> boot = boot_id();
  if (!boot.ok() || boot.value() != record_.boot_id) return Status::stopped;
  const auto entry = read_process(record_.pid);
  if (!entry || entry->start_ticks != record_.start_ticks || entry->state == 'Z' || entry->state == 'X') return Status::stopped;
  const Result<cgroup::Cgroup> group = cgroup::Cgroup::open(record_.cgroup);
  if (group.ok()) {
    const Result<cgroup::FreezerState> frozen = group.value().freezer_state();
    if (frozen.ok() && frozen.value() != cgroup::FreezerState::thawed) return Status::paused;
  }
  return ::access((directory_ + kGate).c_str(), F_OK) == 0 ? Status::created : Status::running;
}

Result<UniqueFd> Container::process() const {
  UniqueFd pidfd(sys::pidfd_open(record_.pid));
  const Status now = status();
  if (!pidfd || now == Status::stopped) return Error{Stage::proc_state, ESRCH, "container not running"};
  return pidfd;
}

Result<void> Container::save(Record record) {
  record_ = std::move(record);
  JsonText text;
  text.add("ociVersion", record_.oci_version).add("id", record_.id).add("bundle", record_.bundle).add("rootfs", record_.rootfs);
  text.add("created", record_.created).add("cgroup", record_.cgroup).add("bootId", record_.boot_id).add("pid", record_.pid);
  text.add("startTicks", static_cast<int64_t>(record_.start_ticks)).add("ownerUid", static_cast<int64_t>(record_.owner));
  return write_file(directory_ + kState, text.raw("annotations", annotations_json(record_)).text());
}

Result<std::string> Container::config() const { return sys::read_file(Stage::spec_read, directory_ + kConfig, spec::JsonDocument::kMaxBytes); }
Result<void> Container::save_config(const std::string& text) { return write_file(directory_ + kConfig, text); }

Result<UniqueFd> Container::listen_at_gate() const {
  const UniqueFd directory = KEELSON_TRY(sys::open_path(Stage::proc_state, directory_, O_PATH | O_DIRECTORY));
  const sockaddr_un address = KEELSON_TRY(gate_address(directory.get()));
  UniqueFd socket = KEELSON_TRY(gate_socket());
  const mode_t before = ::umask(0177);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(socket.get(), 1) != 0) return os_error(Stage::proc_state, "cannot make the gate of the container " + id_);
  return socket;
}

Result<UniqueFd> Container::connect_to_gate() const {
  const UniqueFd directory = KEELSON_TRY(sys::open_path(Stage::proc_state, directory_, O_PATH | O_DIRECTORY));
  const sockaddr_un address = KEELSON_TRY(gate_address(directory.get()));
  UniqueFd socket = KEELSON_TRY(gate_socket());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return os_error(Stage::proc_state, "cannot reach the process that waits for its start");
  return socket;
}

void Container::remove_gate() const { ::unlink((directory_ + kGate).c_str()); }

Result<void> Container::remove() {
  for (const char* name : {kGate, "/config.json.new", kConfig, "/state.json.new", kState, kLock}) ::unlink((directory_ + name).c_str());
  if (::rmdir(directory_.c_str()) != 0 && errno != ENOENT) return os_error(Stage::proc_state, "cannot remove " + directory_);
  return {};
}

// ---- all of them ----

Result<Container> Store::make(const std::string& id) const {
  if (!is_id(id)) return Error{Stage::args, EINVAL, "invalid container ID format"};
  KEELSON_TRY(make_root(root_));
  Container container;
  container.id_ = id;
  container.directory_ = root_ + "/" + id;
  if (::mkdir(container.directory_.c_str(), 0700) != 0) {
    if (errno == EEXIST) return Error{Stage::proc_state, EEXIST, "container with given ID already exists"};
    return os_error(Stage::proc_state, "cannot make " + container.directory_);
  }
  container.lock_ = KEELSON_TRY(take_lock(container.directory_));
  return container;
}

Result<Container> Store::open_unfinished(const std::string& id) const {
  if (!is_id(id)) return Error{Stage::args, EINVAL, "invalid container ID format"};
  Container container;
  container.id_ = id;
  container.directory_ = root_ + "/" + id;
  if (::access(container.directory_.c_str(), F_OK) != 0) return missing();
  container.lock_ = KEELSON_TRY(take_lock(container.directory_));
  return container;
}

Result<Container> Store::open(const std::string& id, bool lock) const {
  if (!is_id(id)) return Error{Stage::args, EINVAL, "invalid container ID format"};
  Container container;
  container.id_ = id;
  container.directory_ = root_ + "/" + id;
  if (::access((container.directory_ + kState).c_str(), F_OK) != 0) return missing();
  if (lock) container.lock_ = KEELSON_TRY(take_lock(container.directory_));
  const Result<std::string> text = sys::read_file(Stage::proc_state, container.directory_ + kState, spec::JsonDocument::kMaxBytes);
  if (!text.ok()) {
    // Removed while we waited for the lock, which made the file of it again.
    if (text.error().err == ENOENT && lock) (void)container.remove();
    return text.error().err == ENOENT ? missing() : text.error();
  }
  container.record_ = KEELSON_TRY(parse_record(text.value()));
  return container;
}

Result<std::vector<Container>> Store::all() const {
  struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
  };
  std::vector<Container> containers;
  const std::unique_ptr<DIR, CloseDir> dir(::opendir(root_.c_str()));
  if (!dir) {
    if (errno == ENOENT) return containers;
    return os_error(Stage::proc_state, "cannot list " + root_);
  }
  std::vector<std::string> ids;
  while (const dirent* entry = ::readdir(dir.get())) ids.emplace_back(entry->d_name);
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    Result<Container> container = open(id);
    if (container.ok()) containers.push_back(std::move(container).value());
  }
  return containers;
}

}  // namespace keelson::runtime
