// Writes the entries of one layer below a directory, in overlayfs' terms (whiteouts, opaque directories).
// Runs confined: the directory is the process' root, and the process may do nothing outside (unpack/sandbox_sequence.h).
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "layer/entry_name.h"
#include "layer/helper_channel.h"
#include "layer/tar_reader.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::layer {

struct Limits {
  uint64_t bytes = 0;    // sum of the file sizes, holes included
  uint64_t entries = 0;  // entries, and parent directories made for them
  size_t depth = 256;    // of a name, and of the directory that it really leads to
};

class LayerWriter {
 public:
  // `root` is not O_PATH. Sets the umask of the process to 0.
  LayerWriter(sys::UniqueFd root, const Limits& limits, HelperClient helper);

  // Writes one entry, reading its data from `data`. A later entry of the same name replaces an earlier one.
  sys::Result<void> apply(const Entry& entry, TarReader& data);

  // What has to wait for the last entry: times and default ACLs of directories.
  sys::Result<void> finish();

  int root() const { return root_.get(); }
  uint64_t bytes() const { return bytes_; }
  uint64_t entries() const { return entries_; }

 private:
  struct Deferred {
    std::string path;
    ino_t inode;
    timespec times[2];
    std::string default_acl;
  };

  sys::Result<int> open_parent(const std::string& parent);
  sys::Result<sys::UniqueFd> make_parents(const std::string& parent);
  sys::Result<void> check_depth(int directory);
  sys::Result<void> count_entry();
  sys::Result<void> check_owner(const Entry& entry) const;

  sys::Result<bool> remove_existing(int parent, const std::string& name);
  sys::Result<void> remove_tree(int parent, const std::string& name);

  sys::Result<void> write_directory(int parent, const EntryName& name, const Entry& entry);
  sys::Result<void> write_file(int parent, const std::string& name, const Entry& entry, TarReader& data);
  sys::Result<void> copy_data(int file, const Entry& entry, TarReader& data);
  sys::Result<void> write_symlink(int parent, const std::string& name, const Entry& entry);
  sys::Result<void> write_hard_link(const EntryName& name, const Entry& entry);
  sys::Result<void> write_special(int parent, const std::string& name, const Entry& entry);
  sys::Result<void> write_whiteout(int parent, const std::string& name);
  sys::Result<void> write_opaque(int directory);
  sys::Result<void> set_xattrs(int fd, const Entry& entry, std::string* default_acl);
  sys::Result<void> defer(const EntryName& name, int directory, const Entry& entry, std::string default_acl);

  sys::UniqueFd root_;
  Limits limits_;
  HelperClient helper_;
  uint64_t bytes_ = 0;
  uint64_t entries_ = 0;
  // Archives list a directory's files in a row, so the last parent is nearly always the next one.
  std::string cached_parent_;
  sys::UniqueFd cached_fd_;
  std::vector<Deferred> deferred_;
  size_t deferred_bytes_ = 0;
};

}  // namespace keelson::layer
