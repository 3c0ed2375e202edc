// What OCI has no words for: the plain structs of launch.json (README.md, "Inputs of a supervisor").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keelson::spec {

// An overlay made of unpacked layers; all paths absolute.
struct OverlayRootfs {
  std::vector<std::string> layers;  // lowest first
  uint32_t layer_uid_base = 0;      // host id that owns what uid 0 owns in the layer
  std::string upper;
  std::string work;
  std::string image;  // a file with a filesystem that holds both, which are empty then; otherwise empty
};

struct Network {
  std::string bridge;
  std::string host_interface;
  std::string container_interface;
  std::string mac;
  uint32_t mtu = 1500;
  std::vector<std::string> addresses;  // CIDR, IPv4 and IPv6
  std::vector<std::string> gateways;   // at most one for each family
};

struct Port {
  std::string host_address;
  uint16_t host_port = 0;
  std::string container_address;
  uint16_t container_port = 0;
};

// A bind mount of the spec whose source must lie beneath a directory, wherever links in it lead.
struct BindRoot {
  std::string destination;  // of the mount
  std::string root;         // a prefix of its source
};

// A mount of the spec, of the type "image": the files of an image, read-only.
struct ImageMount {
  std::string destination;  // of the mount
  std::vector<std::string> layers;  // lowest first
  uint32_t layer_uid_base = 0;
  std::string subpath;  // of the image; empty: all of it
};

// A bind mount of the spec whose source is what lies there in the mounts of another container.
struct BorrowedMount {
  std::string destination;      // of the mount
  std::string mount_namespace;  // a path, /proc/…/ns/mnt
};

// A symbolic link that the container gets, in place of what its image has there.
struct Link {
  std::string path;  // absolute, inside
  std::string target;
};

struct Launch {
  std::string id;
  std::string run_dir;
  std::optional<OverlayRootfs> rootfs;  // absent: root_path of the spec is the rootfs already
  bool stdin_open = false;
  bool init = false;  // the program of the spec is keelson-init
  std::string log_dir;
  uint64_t log_max_bytes = 16 * 1024 * 1024;  // of one part
  uint64_t log_max_files = 5;
  std::string exit_file;
  std::optional<Network> network;
  std::vector<Port> ports;
  std::vector<BindRoot> bind_roots;
  std::vector<ImageMount> image_mounts;
  std::vector<BorrowedMount> borrowed;
  std::vector<Link> links;
};

}  // namespace keelson::spec
