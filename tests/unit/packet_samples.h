// Frames of each kind that is decoded, built by frames.h or changed by hand.
#pragma once

#include <vethlab/capture/frames.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace samples {

using vethlab::ArpFrame;
using vethlab::IcmpFrame;
using vethlab::TcpFrame;
using vethlab::UdpFrame;
using Frame = std::vector<std::uint8_t>;

constexpr const char* kA = "02:00:00:00:00:01";
constexpr const char* kB = "02:00:00:00:00:02";
constexpr std::size_t kIp = 14;  // where a frame's IP packet begins

inline UdpFrame udp() {
  return {.src_mac = kA,
          .dst_mac = kB,
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .src_port = 40000,
          .dst_port = 5000,
          .payload = "hello"};
}
inline UdpFrame udp6() {
  UdpFrame frame = udp();
  frame.src = "fd00::1";
  frame.dst = "fd00::2";
  return frame;
}
inline TcpFrame tcp(vethlab::TcpFlags flags, std::string payload = {}) {
  return {.src_mac = kA,
          .dst_mac = kB,
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .src_port = 40000,
          .dst_port = 5000,
          .flags = flags,
          .seq = 1000,
          .ack = 2000,
          .window = 512,
          .payload = std::move(payload)};
}
inline IcmpFrame icmp(int type, int code, std::uint32_t rest, std::string payload = {}) {
  return {.src_mac = kB,
          .dst_mac = kA,
          .src = "10.0.0.2",
          .dst = "10.0.0.1",
          .type = type,
          .code = code,
          .rest = rest,
          .payload = std::move(payload)};
}
inline IcmpFrame icmp6(int type, int code, std::uint32_t rest, std::string payload = {}) {
  IcmpFrame frame = icmp(type, code, rest, std::move(payload));
  frame.src = "fd00::2";
  frame.dst = "fd00::1";
  return frame;
}
inline std::string text(const Frame& frame, std::size_t from) {
  return {frame.begin() + static_cast<std::ptrdiff_t>(from), frame.end()};
}
inline std::string address6() {
  return text(udp6().bytes(), kIp + 24).substr(0, 16);  // fd00::2
}
inline Frame with_tcp_options() {
  const std::string options("\2\4\5\xb4\4\2\10\12\0\0\0\1\0\0\0\2\1\3\3\7", 20);
  Frame frame = tcp("S", options).bytes();
  frame[kIp + 20 + 12] = 10 << 4;  // the header's length, options included
  return frame;
}
inline Frame changed(Frame frame, std::size_t at, std::uint8_t value) {
  frame[kIp + at] = value;
  return frame;
}
// IPv6 with a header of 8 bytes before what was there.
inline Frame extended(Frame frame, std::uint8_t next, const std::string& header) {
  std::string eight = header;
  eight[0] = static_cast<char>(frame[kIp + 6]);
  frame[kIp + 6] = next;
  frame[kIp + 5] = static_cast<std::uint8_t>(frame[kIp + 5] + 8);
  frame.insert(frame.begin() + kIp + 40, eight.begin(), eight.end());
  return frame;
}

// Those whose line is tcpdump's.
inline std::vector<Frame> as_tcpdump() {
  const std::string about_udp = text(udp().bytes(), kIp);
  const std::string about_tcp = text(tcp("S").bytes(), kIp);
  const std::string about_udp6 = text(udp6().bytes(), kIp);
  const ArpFrame arp{.src_mac = kA, .sender = "10.0.0.1", .target = "10.0.0.2"};
  ArpFrame asked_again = arp;
  asked_again.target_mac = kB;
  ArpFrame reply = arp;
  reply.op = 2;
  return {
      arp.bytes(),
      asked_again.bytes(),
      reply.bytes(),
      icmp(8, 0, 7 << 16 | 1, "ping").bytes(),
      icmp(0, 0, 7 << 16 | 1, "ping").bytes(),
      icmp(3, 0, 0, about_udp).bytes(),
      icmp(3, 1, 0, about_udp).bytes(),
      icmp(3, 2, 0, about_udp).bytes(),
      icmp(3, 3, 0, about_udp).bytes(),
      icmp(3, 3, 0, about_tcp).bytes(),
      icmp(3, 4, 1300, about_udp).bytes(),
      icmp(3, 4, 0, about_udp).bytes(),
      icmp(3, 9, 0, about_udp).bytes(),
      icmp(3, 10, 0, about_udp).bytes(),
      icmp(3, 13, 0, about_udp).bytes(),
      icmp(5, 1, 0x0a000003, about_udp).bytes(),
      icmp(11, 0, 0, about_udp).bytes(),
      icmp(11, 1, 0, about_udp).bytes(),
      icmp6(128, 0, 7 << 16 | 1, "ping").bytes(),
      icmp6(129, 0, 7 << 16 | 1, "ping").bytes(),
      icmp6(1, 0, 0, about_udp6).bytes(),
      icmp6(1, 3, 0, about_udp6).bytes(),
      icmp6(1, 4, 0, about_udp6).bytes(),
      icmp6(2, 0, 1280, about_udp6).bytes(),
      icmp6(3, 0, 0, about_udp6).bytes(),
      icmp6(133, 0, 0).bytes(),
      icmp6(134, 0, 0, std::string(8, '\0')).bytes(),
      icmp6(135, 0, 0, address6()).bytes(),
      icmp6(136, 0, 0x60000000, address6()).bytes(),
      extended(icmp6(143, 0, 1, std::string("\4\0\0\0", 4) + address6()).bytes(), 0,
               std::string("\0\0\5\2\0\0\1\0", 8)),
      udp().bytes(),
      udp6().bytes(),
      tcp("S").bytes(),
      tcp("SA").bytes(),
      tcp("PA", "GET /").bytes(),
      tcp("A").bytes(),
      tcp("FA").bytes(),
      tcp("R").bytes(),
      tcp("none").bytes(),
      with_tcp_options(),
      changed(udp().bytes(), 6, 0x20),  // a first fragment
  };
}

inline std::vector<Frame> all() {
  std::vector<Frame> all = as_tcpdump();
  UdpFrame tagged = udp();
  tagged.vlan = 7;
  all.push_back(tagged.bytes());
  // Their line is not tcpdump's, which has a space too many, or a protocol's name by /etc/protocols.
  all.push_back(icmp6(1, 1, 0, text(udp6().bytes(), kIp)).bytes());
  all.push_back(changed(udp().bytes(), 7, 185));  // a later fragment
  all.push_back(changed(udp().bytes(), 9, 253));  // a protocol for experiments (RFC 3692)
  all.push_back(changed(udp6().bytes(), 6, 253));
  all.push_back(extended(udp6().bytes(), 44, std::string("\0\0\0\1\0\0\0\5", 8)));
  all.push_back(changed(udp().bytes(), 0, 0x4f));   // longer header than packet
  all.push_back(changed(udp().bytes(), 25, 3));     // UDP of 3 bytes
  all.push_back(changed(tcp("S").bytes(), 32, 0));  // TCP without a header
  all.push_back(extended(udp6().bytes(), 43, std::string("\0\377\0\0\0\0\0\0", 8)));
  std::string quoting = text(icmp(3, 1, 0).bytes(), kIp);
  for (int i = 0; i < 100; ++i) quoting = text(icmp(3, 1, 0, quoting).bytes(), kIp);
  all.push_back(icmp(3, 1, 0, quoting).bytes());  // an error about an error about …
  return all;
}

}  // namespace samples
