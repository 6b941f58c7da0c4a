#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/ip_address.h>
#include <vethlab/base/text_view.h>

#include <string>
#include <string_view>

namespace vethlab {

class Node;

// Where a probe goes: an address, "fe80::1%eth0" with its zone (RFC 4007), or a node.
//
// A node stands for one of its addresses: of the first family (IPv4, then IPv6) of which both nodes
// have one that is neither loopback nor link-local, the first (in the order of `ip address`) on a
// network that both are on, else its first. And it means that node: an answer from anybody else is
// told from its own.
class Destination {
 public:
  Destination(const Node& node) : node_(&node) {}        // NOLINT(google-explicit-constructor)
  Destination(IpAddress address) : address_(address) {}  // NOLINT(google-explicit-constructor)
  template <Text S>
  Destination(const S& text, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : Destination(parse(text, caller)) {}
  static Destination parse(std::string_view text, Caller caller = Caller::here());

  [[nodiscard]] const Node* node() const { return node_; }             // nullptr: an address
  [[nodiscard]] const IpAddress& address() const { return address_; }  // not for a node
  [[nodiscard]] const std::string& zone() const { return zone_; }      // interface name, or empty
  [[nodiscard]] std::string text() const;  // "server", "10.0.0.1", "fe80::1%eth0"

 private:
  const Node* node_ = nullptr;
  IpAddress address_;
  std::string zone_;
};

}  // namespace vethlab
