#include "sandbox_sequence.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>

#include "layer/tar_reader.h"
#include "seccomp_filter.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::unpack {
namespace {

using layer::Outcome;
using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr Stage kSetup = Stage::layer_setup;
// Descriptors of the child: archive, helper socket, mount. Low numbers, so that one close_range(2) closes the rest.
constexpr int kArchiveFd = 0;
constexpr int kSocketFd = 3;
constexpr int kTreeFd = 4;
// Entry names, sparse maps and one extension header at a time; 256 MiB is far beyond what the limits allow to be held.
constexpr rlim_t kMemoryLimit = 256 * 1024 * 1024;
constexpr rlim_t kDescriptorLimit = 64;

struct Cell {
  UniqueFd parent;
  UniqueFd child;
};

// ---- the child -----------------------------------------------------------------------------------------------------

Result<void> wait_for_mapping() {
  char go = 0;
  if (::recv(kSocketFd, &go, 1, 0) != 1) return Error{kSetup, EPIPE, "the helper is gone"};
  return {};
}

Result<void> become_namespace_root() {
  if (::setgroups(0, nullptr) != 0) return os_error(kSetup, "cannot drop the groups");
  if (::setresgid(0, 0, 0) != 0) return os_error(kSetup, "cannot become group 0 of the namespace");
  if (::setresuid(0, 0, 0) != 0) return os_error(kSetup, "cannot become user 0 of the namespace");
  // After the change of ids, which resets it (prctl(2)).
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return os_error(kSetup, "cannot tie the child to its parent");
  return {};
}

// The destination becomes the root directory, and the host's tree is detached: there is nothing else to reach.
Result<void> enter_destination() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return os_error(kSetup, "cannot make mounts private");
  if (sys::move_mount(kTreeFd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) != 0) return os_error(kSetup, "cannot attach the destination");
  if (::fchdir(kTreeFd) != 0) return os_error(kSetup, "cannot enter the destination");
  // pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one and is detached from there.
  if (sys::pivot_root(".", ".") != 0) return os_error(kSetup, "cannot make the destination the root");
  if (::umount2(".", MNT_DETACH) != 0) return os_error(kSetup, "cannot detach the host's tree");
  if (::chdir("/") != 0) return os_error(kSetup, "cannot enter the new root");
  return {};
}

Result<void> limit_resources(const Options& options) {
  auto limit = [](auto resource, rlim_t value) -> Result<void> {
    rlimit both{value, value};
    rlimit now{};
    // Lowering only: raising needs CAP_SYS_RESOURCE.
    if (::getrlimit(resource, &now) == 0 && now.rlim_max < value) both = {now.rlim_max, now.rlim_max};
    if (::setrlimit(resource, &both) != 0) return os_error(kSetup, "cannot set a resource limit");
    return {};
  };
  KEELSON_TRY(limit(RLIMIT_CORE, 0));
  KEELSON_TRY(limit(RLIMIT_NOFILE, kDescriptorLimit));
  KEELSON_TRY(limit(RLIMIT_AS, kMemoryLimit));
  KEELSON_TRY(limit(RLIMIT_NPROC, 1));
  // A write over the limit then fails with EFBIG instead of a signal; with a limit of 0 nothing may be written at all.
  ::signal(SIGXFSZ, SIG_IGN);
  return limit(RLIMIT_FSIZE, options.limits.bytes);
}

// Only what chown, set-id modes, file capabilities and directories without write permission take; only in this namespace.
Result<void> keep_file_capabilities() {
  constexpr uint64_t kKept = 1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FOWNER | 1ULL << CAP_FSETID | 1ULL << CAP_SETFCAP;
  for (int cap = 0; ::prctl(PR_CAPBSET_READ, cap) >= 0; ++cap) {
    if (::prctl(PR_CAPBSET_DROP, cap) != 0) return os_error(kSetup, "cannot empty the capability bounding set");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  for (int word = 0; word < 2; ++word) {
    data[word].effective = data[word].permitted = static_cast<uint32_t>(kKept >> (32 * word));
  }
  if (::syscall(SYS_capset, &header, data) != 0) return os_error(kSetup, "cannot drop capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error(kSetup, "cannot set no_new_privs");
  return {};
}

Result<UniqueFd> confine(const Options& options) {
  KEELSON_TRY(wait_for_mapping());
  KEELSON_TRY(become_namespace_root());
  KEELSON_TRY(enter_destination());
  auto root = KEELSON_TRY(sys::open_path(kSetup, "/", O_RDONLY | O_DIRECTORY));
  ::close(kTreeFd);
  KEELSON_TRY(limit_resources(options));
  KEELSON_TRY(keep_file_capabilities());
  KEELSON_TRY(restrict_system_calls());
  return root;
}

Result<void> unpack(layer::TarReader& reader, layer::LayerWriter& writer, const Options& options) {
  layer::Entry entry;
  while (KEELSON_TRY(reader.next(entry))) KEELSON_TRY(writer.apply(entry, reader));
  KEELSON_TRY(writer.finish());
  if (options.sync && ::syncfs(writer.root()) != 0) return os_error(Stage::layer_sync, "cannot sync the layer");
  return {};
}

[[noreturn]] void run_child(const Options& options) {
  layer::HelperClient helper(kSocketFd);
  Outcome outcome;
  auto root = confine(options);
  if (!root.ok()) {
    outcome.error = std::move(root).error();
  } else {
    layer::TarReader reader(kArchiveFd);
    layer::LayerWriter writer(std::move(root).value(), options.limits, helper);
    auto unpacked = unpack(reader, writer, options);
    outcome.ok = unpacked.ok();
    if (!unpacked.ok()) outcome.error = unpacked.error();
    outcome.bytes = writer.bytes();
    outcome.entries = writer.entries();
    outcome.entry = reader.current_name();
  }
  helper.finish(outcome);
  ::_exit(outcome.ok ? 0 : 1);
}

// The child's descriptors at their fixed numbers, everything else closed.
void arrange_descriptors(int socket, int tree) {
  // Through numbers above the targets, so that neither overwrites the other.
  int high_socket = ::fcntl(socket, F_DUPFD_CLOEXEC, 16);
  int high_tree = ::fcntl(tree, F_DUPFD_CLOEXEC, 16);
  ::dup3(high_socket, kSocketFd, O_CLOEXEC);
  ::dup3(high_tree, kTreeFd, O_CLOEXEC);
  sys::close_range(1, 2, 0);
  sys::close_range(kTreeFd + 1, ~0U, 0);
}

// ---- the parent ----------------------------------------------------------------------------------------------------

Result<void> check_destination(const Options& options) {
  struct stat about {};
  if (::fstat(options.dest_fd, &about) != 0) return os_error(kSetup, "cannot look at the destination");
  if (!S_ISDIR(about.st_mode)) return Error{kSetup, ENOTDIR, "the destination is not a directory"};
  if (about.st_uid != options.uid_base) return Error{kSetup, EPERM, "the destination does not belong to the uid base"};

  UniqueFd fd(::openat(options.dest_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* stream = fd ? ::fdopendir(fd.get()) : nullptr;
  if (stream == nullptr) return os_error(kSetup, "cannot list the destination");
  (void)fd.release();
  bool empty = true;
  while (dirent* item = ::readdir(stream)) {
    empty = empty && (::strcmp(item->d_name, ".") == 0 || ::strcmp(item->d_name, "..") == 0);
  }
  ::closedir(stream);
  return empty ? Result<void>() : Error{kSetup, ENOTEMPTY, "the destination is not empty"};
}

// A mount of the destination that is in no mount table yet, and on which nothing runs and no device opens.
Result<UniqueFd> clone_destination(const Options& options) {
  UniqueFd tree(sys::open_tree(options.dest_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH));
  if (!tree) return os_error(kSetup, "cannot clone the destination's mount");
  sys::MountAttr attr{.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, .propagation = MS_PRIVATE};
  if (sys::mount_setattr(tree.get(), "", AT_EMPTY_PATH, attr) != 0) return os_error(kSetup, "cannot restrict the destination's mount");
  return tree;
}

Result<layer::HelperPolicy> make_policy(int tree, const Options& options) {
  struct stat about {};
  struct statx mount {};
  if (::fstat(tree, &about) != 0 || ::statx(tree, "", AT_EMPTY_PATH, STATX_MNT_ID, &mount) != 0) {
    return os_error(kSetup, "cannot look at the destination's mount");
  }
  return layer::HelperPolicy{about.st_dev, mount.stx_mnt_id, options.uid_base};
}

Result<Cell> make_cell() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return os_error(kSetup, "cannot make a socket pair");
  return Cell{UniqueFd(pair[0]), UniqueFd(pair[1])};
}

// user_namespaces(7): one line "inside outside count"; the host's root may write it for any child.
Result<void> write_mappings(pid_t pid, const Options& options) {
  std::string line = "0 " + std::to_string(options.uid_base) + " " + std::to_string(layer::kIds) + "\n";
  std::string directory = "/proc/" + std::to_string(pid);
  KEELSON_TRY(sys::write_value(kSetup, directory + "/uid_map", line));
  return sys::write_value(kSetup, directory + "/gid_map", line);
}

void name_the_signal(Outcome& outcome, int status) {
  if (outcome.ok || outcome.error.stage != Stage::layer_helper || !WIFSIGNALED(status)) return;
  outcome.error.detail += ": it was killed by signal " + std::to_string(WTERMSIG(status));
}

Result<Outcome> run_parent(const Options& options) {
  KEELSON_TRY(check_destination(options));
  auto tree = KEELSON_TRY(clone_destination(options));
  auto policy = KEELSON_TRY(make_policy(tree.get(), options));
  auto cell = KEELSON_TRY(make_cell());

  clone_args args{};
  // The user namespace comes first and owns the others (clone(2)).
  args.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  args.exit_signal = SIGCHLD;
  pid_t pid = sys::clone3(args);
  if (pid < 0) return os_error(Stage::fork, "cannot start the unpacking process");
  if (pid == 0) {
    arrange_descriptors(cell.child.get(), tree.get());
    run_child(options);
  }
  cell.child.reset();
  // The child reads the archive; a copy here would keep the writer waiting when the child is gone.
  ::close(kArchiveFd);

  Outcome outcome;
  auto mapped = write_mappings(pid, options);
  if (mapped.ok() && ::send(cell.parent.get(), "g", 1, MSG_NOSIGNAL) == 1) {
    outcome = layer::serve_helper(cell.parent.get(), policy);
  } else {
    outcome.error = mapped.ok() ? os_error(kSetup, "cannot start the unpacking process") : mapped.error();
  }
  cell.parent.reset();
  // The pid namespace's first process: nothing of it is left after this. Also when it has told its outcome: it has no more to do.
  if (!outcome.ok && outcome.error.stage != Stage::layer_helper) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  name_the_signal(outcome, status);
  return outcome;
}

}  // namespace

Outcome unpack_confined(const Options& options) {
  auto result = run_parent(options);
  if (result.ok()) return std::move(result).value();
  Outcome failed;
  failed.error = std::move(result).error();
  return failed;
}

}  // namespace keelson::unpack
