#pragma once

#include <vethlab/base/ip_address.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// One direction of a tracked connection: addresses, and ports (TCP, UDP, SCTP …) or, of ICMP and
// ICMPv6, the message. Host byte order.
struct ConnectionTuple {
  IpAddress src = {};
  IpAddress dst = {};
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  std::optional<int> icmp_type = {};
  std::optional<int> icmp_code = {};
  std::optional<int> icmp_id = {};
  friend bool operator==(const ConnectionTuple&, const ConnectionTuple&) = default;
  friend std::ostream& operator<<(std::ostream& os, const ConnectionTuple& tuple);
};

struct Connection {  // = conntrack -L; fields in the order it prints them
  int protocol = 0;  // IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6 … (RFC 5237)
  std::chrono::seconds timeout{0};
  std::string state = {};         // TCP's: "SYN_SENT", "ESTABLISHED", "TIME_WAIT" …; else empty
  ConnectionTuple original = {};  // as the first packet came
  ConnectionTuple reply = {};     // as answers come: NAT shows here
  // "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "OFFLOAD": enum ip_conntrack_status.
  std::vector<std::string> status = {};
  std::uint32_t mark = 0;
  friend bool operator==(const Connection&, const Connection&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Connection& connection);
};
void PrintTo(const Connection& connection, std::ostream* os);
void PrintTo(const std::vector<Connection>& list, std::ostream* os);  // as `conntrack -L` prints

}  // namespace vethlab
