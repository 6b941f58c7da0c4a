#pragma once

#include <vethlab/base/prefix.h>
#include <vethlab/base/text_view.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace vethlab {

class Node;

// The addresses of one end: none (the lab's plan gives one of each of its families),
// "10.0.0.1/24", or {"10.0.0.1/24", "fd00::1/64"}.
class Addresses {
 public:
  Addresses() = default;
  template <Text S>
  Addresses(const S& one, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : list_{Prefix(one, caller)} {}
  Addresses(Prefix one) : list_{one} {}  // NOLINT(google-explicit-constructor)
  Addresses(std::initializer_list<Prefix> some)
      : list_(some) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] const std::vector<Prefix>& list() const { return list_; }

 private:
  std::vector<Prefix> list_;
};

struct EndOptions {
  int mtu = 1500;        // bytes: 68 to 65535; IPv6 wants 1280
  std::string mac = {};  // "02:00:00:00:00:01"; empty: by the lab's plan
};

// One end of a wire: a node, or {node, "eth0"}, or {node, "eth0", "10.0.0.1/24"}, or
// {node, "eth0", {"10.0.0.1/24", "fd00::1/64"}, {.mtu = 9000}}. Without a name the lab takes the
// node's next free eth0, eth1 …
class End {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  End(Node& node, TextView name = {}, Addresses addresses = {}, EndOptions options = {})
      : node_(&node),
        name_(std::string_view(name)),
        named_(std::string_view(name).data() != nullptr),
        addresses_(std::move(addresses)),
        options_(std::move(options)) {}

  [[nodiscard]] Node& node() const { return *node_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool named() const { return named_; }  // a name was given, be it an empty one
  [[nodiscard]] const Addresses& addresses() const { return addresses_; }
  [[nodiscard]] const EndOptions& options() const { return options_; }

 private:
  Node* node_;
  std::string name_;
  bool named_;
  Addresses addresses_;
  EndOptions options_;
};

}  // namespace vethlab
