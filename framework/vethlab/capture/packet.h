#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/capture/tcp_flags.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

enum class Direction : std::uint8_t { kUnknown, kIn, kOut };
std::ostream& operator<<(std::ostream& os, Direction direction);  // "?", "In", "Out"

// What the bytes of a packet begin with.
enum class LinkLayer : std::uint8_t { kEthernet, kRawIp, kOther };
std::ostream& operator<<(std::ostream& os, LinkLayer layer);  // pcap's: "EN10MB", "RAW", "?"

// One packet that passed an interface, as tcpdump(8) would show it. What it does not have is empty.
// Numbers are in host byte order.
struct Packet {
  std::chrono::nanoseconds time{0};  // since the epoch (CLOCK_REALTIME)
  std::string dev = {};
  Direction direction = Direction::kUnknown;
  std::string summary = {};  // one line as `tcpdump -n -S` prints it, without the time

  LinkLayer link_layer = LinkLayer::kEthernet;
  std::string src_mac = {};                      // "02:00:00:00:00:01"
  std::string dst_mac = {};                      // the same
  std::optional<int> vlan = {};                  // id of the outer tag (IEEE 802.1Q)
  std::optional<std::uint16_t> ether_type = {};  // of what follows the tags

  std::optional<IpAddress> src = {};  // IPv4 and IPv6; of ARP: the sender's
  std::optional<IpAddress> dst = {};  // the same; of ARP: the target's

  std::optional<int> arp_op = {};  // 1 request, 2 reply (RFC 826)
  std::string arp_src_mac = {};    // the sender's
  std::string arp_dst_mac = {};    // the target's

  std::optional<int> tos = {};              // IPv6: traffic class
  std::optional<std::uint32_t> ip_id = {};  // IPv6: of a fragment
  std::optional<int> ttl = {};              // IPv6: hop limit
  std::optional<int> protocol = {};  // IPPROTO_TCP …: of what follows IPv6's extension headers
  bool dont_fragment = false;
  bool more_fragments = false;
  int fragment_offset = 0;  // bytes

  std::optional<int> icmp_type = {};  // ICMP and ICMPv6, as are the next
  std::optional<int> icmp_code = {};
  std::optional<int> echo_id = {};   // of echoes
  std::optional<int> echo_seq = {};  // the same

  std::optional<std::uint16_t> src_port = {};  // TCP and UDP
  std::optional<std::uint16_t> dst_port = {};
  std::optional<TcpFlags> flags = {};
  std::optional<std::uint32_t> seq = {};
  std::optional<std::uint32_t> ack = {};  // where the flag is set
  std::optional<int> window = {};         // as in the header: not scaled

  std::vector<std::uint8_t> payload = {};  // after the last header that is known
  std::vector<std::uint8_t> bytes = {};    // the whole, VLAN tags included
  std::size_t length = 0;                  // on the wire: more than `bytes` of one that was cut

  [[nodiscard]] bool cut() const { return bytes.size() < length; }

  friend bool operator==(const Packet&, const Packet&) = default;
  // "12:30:45.000123 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, …": = tcpdump -n -i any
  friend std::ostream& operator<<(std::ostream& os, const Packet& packet);
};
void PrintTo(const std::vector<Packet>& packets, std::ostream* os);  // a packet a line

}  // namespace vethlab
