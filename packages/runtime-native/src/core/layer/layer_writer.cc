#include "layer/layer_writer.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>

#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::layer {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr size_t kMaxXattrBytes = 64 * 1024;
constexpr size_t kMaxSymlink = 4095;
constexpr size_t kMaxDeferredBytes = 64 * 1024 * 1024;
constexpr size_t kCopySize = 256 * 1024;
constexpr std::string_view kDefaultAcl = "system.posix_acl_default";

bool is_whiteout(const struct stat& about) { return S_ISCHR(about.st_mode) && about.st_rdev == 0; }

// user.overlay.* steers overlayfs when it is mounted with userxattr; an image has no say in that.
bool is_wanted_xattr(const std::string& key) {
  return key == "security.capability" || key == "system.posix_acl_access" || key == kDefaultAcl ||
         (key.starts_with("user.") && !key.starts_with("user.overlay."));
}

Result<void> pwrite_all(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return os_error(Stage::layer_file, "cannot write the file");
    bytes.remove_prefix(static_cast<size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return {};
}

}  // namespace

LayerWriter::LayerWriter(UniqueFd root, const Limits& limits, HelperClient helper)
    : root_(std::move(root)), limits_(limits), helper_(helper) {
  ::umask(0);
}

Result<void> LayerWriter::apply(const Entry& entry, TarReader& data) {
  EntryName name = KEELSON_TRY(parse_name(entry.name, limits_.depth));
  MarkedName marked = KEELSON_TRY(parse_marker(name));
  KEELSON_TRY(count_entry());
  if (marked.marker == Marker::ignored) return {};
  KEELSON_TRY(check_owner(entry));

  if (name.base.empty()) {
    if (entry.kind != Kind::directory) return Error{Stage::layer_name, EISDIR, "the root of a layer must be a directory"};
    return write_directory(root_.get(), name, entry);
  }
  int parent = KEELSON_TRY(open_parent(name.parent));
  if (marked.marker == Marker::opaque) return write_opaque(parent);
  if (marked.marker == Marker::whiteout) return write_whiteout(parent, marked.hidden);

  switch (entry.kind) {
    case Kind::directory:
      return write_directory(parent, name, entry);
    case Kind::file:
      return write_file(parent, name.base, entry, data);
    case Kind::symlink:
      return write_symlink(parent, name.base, entry);
    case Kind::hard_link:
      return write_hard_link(name, entry);
    case Kind::char_device:
    case Kind::block_device:
    case Kind::fifo:
      return write_special(parent, name.base, entry);
  }
  return Error{Stage::internal, EINVAL, "unknown kind of entry"};
}

Result<void> LayerWriter::count_entry() {
  if (++entries_ <= limits_.entries) return {};
  return Error{Stage::layer_limit, EFBIG, "layer has more than its limit of " + std::to_string(limits_.entries) + " entries"};
}

Result<void> LayerWriter::check_owner(const Entry& entry) const {
  auto check = [](const char* what, int64_t id) -> Result<void> {
    if (id >= 0 && id < kIds) return {};
    return Error{Stage::layer_owner, EINVAL, std::string(what) + " " + std::to_string(id) + " is not between 0 and 65535"};
  };
  KEELSON_TRY(check("uid", entry.uid));
  return check("gid", entry.gid);
}

// ---- parents -------------------------------------------------------------------------------------------------------

Result<int> LayerWriter::open_parent(const std::string& parent) {
  if (parent.empty()) return root_.get();
  if (cached_fd_ && cached_parent_ == parent) return cached_fd_.get();
  cached_fd_.reset();

  constexpr uint64_t kPlain = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  UniqueFd fd(sys::openat2(root_.get(), parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0, kPlain));
  if (!fd) {
    // Through links that stay inside the root, as a process in the container would see it; or missing.
    fd = KEELSON_TRY(make_parents(parent));
    KEELSON_TRY(check_depth(fd.get()));
  }
  cached_fd_ = std::move(fd);
  cached_parent_ = parent;
  return cached_fd_.get();
}

// Walks down from the root, making what is missing with Docker's defaults (root, 0755).
Result<UniqueFd> LayerWriter::make_parents(const std::string& parent) {
  UniqueFd current(::openat(root_.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!current) return os_error(Stage::layer_parent, "cannot open the root");
  for (size_t at = 0, end = 0; at < parent.size(); at = end + 1) {
    end = std::min(parent.find('/', at), parent.size());
    std::string component = parent.substr(at, end - at);
    std::string so_far = parent.substr(0, end);

    struct stat about {};
    if (::fstatat(current.get(), component.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) return os_error(Stage::layer_parent, "cannot look up parent " + so_far);
      about.st_mode = 0;
    }
    bool hidden = is_whiteout(about);
    if (hidden && ::unlinkat(current.get(), component.c_str(), 0) != 0) {
      return os_error(Stage::layer_parent, "cannot replace whiteout " + so_far);
    }
    if (about.st_mode == 0 || hidden) {
      KEELSON_TRY(count_entry());
      if (::mkdirat(current.get(), component.c_str(), 0755) != 0) {
        return os_error(Stage::layer_parent, "cannot make parent " + so_far);
      }
    }
    UniqueFd next;
    if (S_ISLNK(about.st_mode)) {
      next = KEELSON_TRY(sys::open_in_root(Stage::layer_parent, root_.get(), so_far, O_PATH | O_DIRECTORY, 0, RESOLVE_NO_XDEV));
    } else {
      next.reset(::openat(current.get(), component.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!next) return os_error(Stage::layer_parent, "cannot open parent " + so_far);
    }
    current = std::move(next);
    if (hidden) KEELSON_TRY(write_opaque(current.get()));
  }
  return current;
}

// Links can lead deeper than names can: count the way up.
Result<void> LayerWriter::check_depth(int directory) {
  struct stat root {};
  if (::fstat(root_.get(), &root) != 0) return os_error(Stage::layer_parent, "cannot look at the root");
  UniqueFd current(::openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (size_t depth = 0; current; ++depth) {
    struct stat about {};
    if (::fstat(current.get(), &about) != 0) return os_error(Stage::layer_parent, "cannot look at a parent");
    if (about.st_ino == root.st_ino && about.st_dev == root.st_dev) return {};
    if (depth == limits_.depth) {
      return Error{Stage::layer_limit, ENAMETOOLONG, "the directory is more than " + std::to_string(limits_.depth) + " levels deep"};
    }
    current.reset(::openat(current.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  return os_error(Stage::layer_parent, "cannot open a parent");
}

// ---- replacing -----------------------------------------------------------------------------------------------------

// Makes way for a new entry; says whether what stood there was a whiteout. Fine when nothing is there.
Result<bool> LayerWriter::remove_existing(int parent, const std::string& name) {
  struct stat about {};
  if (::fstatat(parent, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return os_error(Stage::layer_file, "cannot look up what is to be replaced");
  }
  if (S_ISDIR(about.st_mode)) {
    KEELSON_TRY(remove_tree(parent, name));
  } else if (::unlinkat(parent, name.c_str(), 0) != 0) {
    return os_error(Stage::layer_file, "cannot replace an earlier entry");
  }
  // `parent` stays open while it is used; only the next entry must look again. The cached descriptor is our caller's
  // parent, so it is the name that is forgotten.
  cached_parent_.clear();
  return is_whiteout(about);
}

// Without recursion, one descriptor at a time: a tree is as deep as the archive wishes. Nobody else changes it, so ".."
// leads back to where we came from.
Result<void> LayerWriter::remove_tree(int parent, const std::string& name) {
  auto failed = [] { return os_error(Stage::layer_directory, "cannot remove an earlier directory"); };
  std::vector<std::string> way{name};
  UniqueFd current(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  while (current) {
    UniqueFd copy(::openat(current.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    DIR* stream = copy ? ::fdopendir(copy.get()) : nullptr;
    if (stream == nullptr) return failed();
    (void)copy.release();
    std::string down;
    bool ok = true;
    while (dirent* item = ::readdir(stream)) {
      std::string_view child = item->d_name;
      if (child == "." || child == "..") continue;
      if (::unlinkat(current.get(), item->d_name, 0) == 0) continue;
      if (errno == EISDIR && ::unlinkat(current.get(), item->d_name, AT_REMOVEDIR) == 0) continue;
      ok = errno == ENOTEMPTY;
      down = child;
      break;
    }
    ::closedir(stream);
    if (!ok) return failed();
    if (!down.empty()) {
      current.reset(::openat(current.get(), down.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      way.push_back(std::move(down));
      continue;
    }
    std::string empty = std::move(way.back());
    way.pop_back();
    if (way.empty()) return ::unlinkat(parent, empty.c_str(), AT_REMOVEDIR) == 0 ? Result<void>() : failed();
    current.reset(::openat(current.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (current && ::unlinkat(current.get(), empty.c_str(), AT_REMOVEDIR) != 0) return failed();
  }
  return failed();
}

// ---- the kinds -----------------------------------------------------------------------------------------------------

Result<void> LayerWriter::write_directory(int parent, const EntryName& name, const Entry& entry) {
  const char* base = name.base.empty() ? "." : name.base.c_str();
  bool was_hidden = false;
  if (!name.base.empty() && ::mkdirat(parent, base, 0700) != 0) {
    if (errno != EEXIST) return os_error(Stage::layer_directory, "cannot make the directory");
    struct stat about {};
    if (::fstatat(parent, base, &about, AT_SYMLINK_NOFOLLOW) != 0) return os_error(Stage::layer_directory, "cannot look up the directory");
    if (!S_ISDIR(about.st_mode)) {
      was_hidden = KEELSON_TRY(remove_existing(parent, name.base));
      if (::mkdirat(parent, base, 0700) != 0) return os_error(Stage::layer_directory, "cannot make the directory");
    }
  }
  UniqueFd fd(::openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return os_error(Stage::layer_directory, "cannot open the directory");
  if (::fchown(fd.get(), static_cast<uid_t>(entry.uid), static_cast<gid_t>(entry.gid)) != 0) {
    return os_error(Stage::layer_attributes, "cannot change the owner");
  }
  if (::fchmod(fd.get(), entry.mode) != 0) return os_error(Stage::layer_attributes, "cannot change the mode");
  std::string default_acl;
  KEELSON_TRY(set_xattrs(fd.get(), entry, &default_acl));
  // Whiteout first, directory after it: the lower directory stays hidden.
  if (was_hidden) KEELSON_TRY(write_opaque(fd.get()));
  return defer(name, fd.get(), entry, std::move(default_acl));
}

Result<void> LayerWriter::write_file(int parent, const std::string& name, const Entry& entry, TarReader& data) {
  // Before the first byte, so that a limit is told at once and not after filling the disk to it.
  if (entry.size > limits_.bytes - bytes_) {
    return Error{Stage::layer_limit, EFBIG, "layer is larger than its limit of " + std::to_string(limits_.bytes) + " bytes"};
  }
  bytes_ += entry.size;

  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd fd(::openat(parent, name.c_str(), kFlags, 0600));
  if (!fd && errno == EEXIST) {
    KEELSON_TRY(remove_existing(parent, name));
    fd.reset(::openat(parent, name.c_str(), kFlags, 0600));
  }
  if (!fd) return os_error(Stage::layer_file, "cannot make the file");
  KEELSON_TRY(copy_data(fd.get(), entry, data));

  // Order: writing and chown(2) drop set-id bits and file capabilities, so they come after both.
  if (::fchown(fd.get(), static_cast<uid_t>(entry.uid), static_cast<gid_t>(entry.gid)) != 0) {
    return os_error(Stage::layer_attributes, "cannot change the owner");
  }
  if (::fchmod(fd.get(), entry.mode) != 0) return os_error(Stage::layer_attributes, "cannot change the mode");
  KEELSON_TRY(set_xattrs(fd.get(), entry, nullptr));
  timespec times[2] = {entry.atime, entry.mtime};
  if (::futimens(fd.get(), times) != 0) return os_error(Stage::layer_attributes, "cannot set the times");
  return {};
}

Result<void> LayerWriter::copy_data(int file, const Entry& entry, TarReader& data) {
  auto copy = [&](uint64_t offset, uint64_t length) -> Result<void> {
    while (length > 0) {
      auto bytes = KEELSON_TRY(data.read_data(static_cast<size_t>(std::min<uint64_t>(length, kCopySize))));
      if (bytes.empty()) return Error{Stage::layer_sparse, EINVAL, "the file has less data than it says"};
      KEELSON_TRY(pwrite_all(file, bytes, offset));
      offset += bytes.size();
      length -= bytes.size();
    }
    return {};
  };
  if (!entry.sparse) return copy(0, entry.size);
  for (const Segment& segment : entry.segments) KEELSON_TRY(copy(segment.offset, segment.length));
  if (::ftruncate(file, static_cast<off_t>(entry.size)) != 0) return os_error(Stage::layer_sparse, "cannot set the size");
  return {};
}

Result<void> LayerWriter::write_symlink(int parent, const std::string& name, const Entry& entry) {
  // Any text may stand in a link: what follows one is confined, not what it says.
  if (entry.link.empty() || entry.link.size() > kMaxSymlink || entry.link.find('\0') != std::string::npos) {
    return Error{Stage::layer_symlink, EINVAL, "the target of the symbolic link is empty, too long or has a zero byte in it"};
  }
  if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0) {
    if (errno != EEXIST) return os_error(Stage::layer_symlink, "cannot make the symbolic link");
    KEELSON_TRY(remove_existing(parent, name));
    if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0) return os_error(Stage::layer_symlink, "cannot make the symbolic link");
  }
  if (::fchownat(parent, name.c_str(), static_cast<uid_t>(entry.uid), static_cast<gid_t>(entry.gid), AT_SYMLINK_NOFOLLOW) != 0) {
    return os_error(Stage::layer_attributes, "cannot change the owner");
  }
  timespec times[2] = {entry.atime, entry.mtime};
  if (::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return os_error(Stage::layer_attributes, "cannot set the times");
  return {};
}

Result<void> LayerWriter::write_hard_link(const EntryName& name, const Entry& entry) {
  auto parsed = parse_name(entry.link, limits_.depth);
  if (!parsed.ok()) return Error{Stage::layer_link, parsed.error().err, "the hard link's target is refused: " + parsed.error().detail};
  EntryName target = std::move(parsed).value();

  // The parent of the target is looked up as any parent, but nothing is made for it. A copy of the new entry's parent,
  // since the cache holds only one.
  UniqueFd parent(::openat(KEELSON_TRY(open_parent(name.parent)), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent) return os_error(Stage::layer_parent, "cannot open the parent");
  UniqueFd from(target.parent.empty() ? ::openat(root_.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC)
                                      : sys::openat2(root_.get(), target.parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
                                                     RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV));
  struct stat source {};
  if (!from || target.base.empty() || ::fstatat(from.get(), target.base.c_str(), &source, AT_SYMLINK_NOFOLLOW) != 0) {
    return os_error(Stage::layer_link, "the hard link's target " + entry.link + " is not in this layer", target.base.empty() ? EISDIR : errno);
  }
  if (S_ISDIR(source.st_mode)) return Error{Stage::layer_link, EISDIR, "the hard link's target " + entry.link + " is a directory"};

  struct stat present {};
  if (::fstatat(parent.get(), name.base.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0) {
    if (present.st_ino == source.st_ino && present.st_dev == source.st_dev) return {};
    KEELSON_TRY(remove_existing(parent.get(), name.base));
  }
  // Flags 0: a symbolic link is linked, not followed.
  if (::linkat(from.get(), target.base.c_str(), parent.get(), name.base.c_str(), 0) != 0) {
    return os_error(Stage::layer_link, "cannot link to " + entry.link);
  }
  return {};
}

Result<void> LayerWriter::write_special(int parent, const std::string& name, const Entry& entry) {
  mode_t type = entry.kind == Kind::fifo ? S_IFIFO : entry.kind == Kind::char_device ? S_IFCHR : S_IFBLK;
  bool device = entry.kind != Kind::fifo;
  if (device && (entry.major < 0 || entry.major > 0xfff || entry.minor < 0 || entry.minor > 0xfffff)) {
    return Error{Stage::layer_device, EINVAL, "the device number is out of range"};
  }
  KEELSON_TRY(remove_existing(parent, name));
  auto uid = static_cast<uint32_t>(entry.uid);
  auto gid = static_cast<uint32_t>(entry.gid);
  if (device && !(type == S_IFCHR && entry.major == 0 && entry.minor == 0)) {
    auto made = helper_.make_device(parent, name, type | 0600, static_cast<uint32_t>(entry.major), static_cast<uint32_t>(entry.minor), uid, gid);
    KEELSON_TRY(std::move(made));
  } else {
    Stage stage = device ? Stage::layer_device : Stage::layer_file;
    if (::mknodat(parent, name.c_str(), type | 0600, 0) != 0) return os_error(stage, "cannot make the node");
    if (::fchownat(parent, name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
      return os_error(Stage::layer_attributes, "cannot change the owner");
    }
  }
  // fchmodat(2) would follow a link; a node that was made a moment ago is none.
  if (::fchmodat(parent, name.c_str(), entry.mode, 0) != 0) return os_error(Stage::layer_attributes, "cannot change the mode");
  timespec times[2] = {entry.atime, entry.mtime};
  if (::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return os_error(Stage::layer_attributes, "cannot set the times");
  return {};
}

// A character device 0:0 hides the name of lower layers (overlayfs.rst); mknod(2) needs no capability for it since 5.8.
Result<void> LayerWriter::write_whiteout(int parent, const std::string& name) {
  if (::mknodat(parent, name.c_str(), S_IFCHR, 0) == 0) return {};
  if (errno != EEXIST) return os_error(Stage::layer_whiteout, "cannot make the whiteout");
  // A file of this layer stays, as image-spec says: a whiteout hides only what is below. A directory of this layer
  // must not merge with the hidden one.
  UniqueFd directory(::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return directory ? write_opaque(directory.get()) : Result<void>();
}

Result<void> LayerWriter::write_opaque(int directory) {
  UniqueFd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return os_error(Stage::layer_whiteout, "cannot open the directory");
  return helper_.set_opaque(fd.get());
}

// ---- attributes ----------------------------------------------------------------------------------------------------

// A directory's default ACL is handed back: set now, it would be inherited by the entries below.
Result<void> LayerWriter::set_xattrs(int fd, const Entry& entry, std::string* default_acl) {
  size_t total = 0;
  for (const auto& [key, value] : entry.xattrs) total += key.size() + value.size();
  if (total > kMaxXattrBytes) return Error{Stage::layer_xattr, E2BIG, "the extended attributes are larger than 64 KiB"};

  for (const auto& [key, value] : entry.xattrs) {
    if (!is_wanted_xattr(key) || key.find('\0') != std::string::npos) continue;
    if (key == kDefaultAcl) {
      if (default_acl != nullptr) *default_acl = value;
      continue;
    }
    if (::fsetxattr(fd, key.c_str(), value.data(), value.size(), 0) == 0) continue;
    // A file system without user attributes or ACLs loses them, as with every other tool; capabilities must not be lost.
    if (errno == EOPNOTSUPP && key != "security.capability") continue;
    return os_error(Stage::layer_xattr, "cannot set attribute " + key);
  }
  return {};
}

Result<void> LayerWriter::defer(const EntryName& name, int directory, const Entry& entry, std::string default_acl) {
  struct stat about {};
  if (::fstat(directory, &about) != 0) return os_error(Stage::layer_directory, "cannot look at the directory");
  std::string path = name.parent.empty() ? name.base : name.parent + "/" + name.base;
  deferred_bytes_ += path.size() + default_acl.size();
  if (deferred_bytes_ > kMaxDeferredBytes) {
    return Error{Stage::layer_limit, E2BIG, "the names of the layer's directories are longer than 64 MiB in all"};
  }
  deferred_.push_back({std::move(path), about.st_ino, {entry.atime, entry.mtime}, std::move(default_acl)});
  return {};
}

Result<void> LayerWriter::finish() {
  for (const Deferred& one : deferred_) {
    const char* path = one.path.empty() ? "." : one.path.c_str();
    UniqueFd fd(sys::openat2(root_.get(), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0,
                             RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV));
    struct stat about {};
    // A later entry may have put something else there: then these times are nobody's.
    if (!fd || ::fstat(fd.get(), &about) != 0 || about.st_ino != one.inode) continue;
    if (!one.default_acl.empty() && ::fsetxattr(fd.get(), kDefaultAcl.data(), one.default_acl.data(), one.default_acl.size(), 0) != 0 &&
        errno != EOPNOTSUPP) {
      return os_error(Stage::layer_xattr, "cannot set the default ACL of " + one.path);
    }
    if (::futimens(fd.get(), one.times) != 0) return os_error(Stage::layer_attributes, "cannot set the times of " + one.path);
  }
  return {};
}

}  // namespace keelson::layer
