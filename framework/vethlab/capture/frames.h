#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/capture/tcp_flags.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// Frames for Node::inject, by their fields: lengths and checksums are right without being said.
// bytes() throws std::invalid_argument for a MAC address that is none, for addresses of two families,
// and for a payload that is too long.
//
//   a.inject("eth0", UdpFrame{.src_mac = "02:00:00:00:00:01", .dst_mac = "02:00:00:00:00:02",
//                             .src = "10.0.0.1", .dst = "10.0.0.2", .dst_port = 53}.bytes());

struct ArpFrame {  // RFC 826
  std::string src_mac = {};
  std::string dst_mac = "ff:ff:ff:ff:ff:ff";
  std::optional<int> vlan = {};  // 0 to 4095
  int op = 1;                    // 1 request, 2 reply
  std::string sender_mac = {};   // empty: src_mac
  IpAddress sender = {};
  std::string target_mac = "00:00:00:00:00:00";
  IpAddress target = {};

  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
};

struct UdpFrame {
  std::string src_mac = {};
  std::string dst_mac = {};
  std::optional<int> vlan = {};
  IpAddress src = {};
  IpAddress dst = {};  // of the same family
  int ttl = 64;        // 0 to 255; IPv6: hop limit
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  std::string payload = {};

  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
};

struct TcpFrame {
  std::string src_mac = {};
  std::string dst_mac = {};
  std::optional<int> vlan = {};
  IpAddress src = {};
  IpAddress dst = {};
  int ttl = 64;
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  TcpFlags flags = "S";
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint16_t window = 65535;
  std::string payload = {};

  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
};

struct IcmpFrame {  // ICMP or, with IPv6 addresses, ICMPv6
  std::string src_mac = {};
  std::string dst_mac = {};
  std::optional<int> vlan = {};
  IpAddress src = {};
  IpAddress dst = {};
  int ttl = 64;
  int type = 8;  // 8: echo request; ICMPv6's is 128
  int code = 0;
  std::uint32_t rest = 0;  // the header's second half: of an echo, id << 16 | sequence
  std::string payload = {};

  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
};

}  // namespace vethlab
