#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/ip_address.h>
#include <vethlab/base/probe.h>
#include <vethlab/base/text_view.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vethlab {

class Node;

// Where a probe goes: an address, "fe80::1%eth0" with its zone (RFC 4007), or a node; or a TCP or
// UDP port of one of these (tcp_to, udp_to).
//
// A node stands for one of its addresses: of the first family (IPv4, then IPv6) of which both nodes
// have one that is neither loopback nor link-local, the first (in the order of `ip address`) on a
// network that both are on, else its first. {node, Family::kIpv6} asks for one of that family. And it
// means that node: an answer from anybody else is told from its own.
class Destination {
 public:
  Destination(const Node& node) : node_(&node) {}  // NOLINT(google-explicit-constructor)
  Destination(const Node& node, Family family) : node_(&node), family_(family) {}
  Destination(IpAddress address) : address_(address) {}  // NOLINT(google-explicit-constructor)
  template <Text S>
  Destination(const S& text, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : Destination(parse(text, caller)) {}
  static Destination parse(std::string_view text, Caller caller = Caller::here());

  [[nodiscard]] const Node* node() const { return node_; }                // nullptr: an address
  [[nodiscard]] std::optional<Family> family() const { return family_; }  // of a node, if asked for
  [[nodiscard]] const IpAddress& address() const { return address_; }     // not for a node
  [[nodiscard]] const std::string& zone() const { return zone_; }  // interface name, or empty
  [[nodiscard]] Transport transport() const { return transport_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }  // 0 for an echo
  [[nodiscard]] std::string where() const;  // "server", "10.0.0.1", "fe80::1%eth0"
  [[nodiscard]] std::string text() const;   // the same, or "tcp port 443 of server"

  friend Destination tcp_to(Destination where, int port, Caller caller);
  friend Destination udp_to(Destination where, int port, Caller caller);

 private:
  void set_port(Transport transport, int port, Caller caller);

  const Node* node_ = nullptr;
  std::optional<Family> family_ = {};
  IpAddress address_;
  std::string zone_;
  Transport transport_ = Transport::kIcmp;
  std::uint16_t port_ = 0;
};

// A port: 1 to 65535, else std::invalid_argument. EXPECT_REACHABLE(client, tcp_to(server, 443)) asks
// whether a connection is made (= nc -z server 443), udp_to(server, 53) whether a datagram is answered.
// A node means that node itself: a port that it only forwards to somebody else (DNAT) is asked for by
// its address, tcp_to(router.address("eth0"), 80).
Destination tcp_to(Destination where, int port, Caller caller = Caller::here());
Destination udp_to(Destination where, int port, Caller caller = Caller::here());

}  // namespace vethlab
