#include <vethlab/capture/frames.h>

#include <vethlab/base/caller.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/network_bytes.h>

#include <linux/if_ether.h>
#include <net/if_arp.h>
#include <netinet/in.h>

#include <array>
#include <cstdio>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using Frame = std::vector<std::uint8_t>;

void put8(Frame& frame, int value) { frame.push_back(static_cast<std::uint8_t>(value)); }
void put16(Frame& frame, unsigned value) {
  put8(frame, static_cast<int>(value >> 8 & 0xff));
  put8(frame, static_cast<int>(value & 0xff));
}
void put32(Frame& frame, std::uint32_t value) {
  put16(frame, value >> 16);
  put16(frame, value & 0xffff);
}
template <class Range>
void put(Frame& frame, const Range& bytes) {
  frame.insert(frame.end(), bytes.begin(), bytes.end());
}

void put_mac(Frame& frame, const std::string& text) {
  std::array<unsigned, ETH_ALEN> bytes{};
  char more = 0;
  const int got = std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1],
                              &bytes[2], &bytes[3], &bytes[4], &bytes[5], &more);
  if (got != ETH_ALEN || text.size() != 17)
    throw_bad_argument(
        {}, fmt::format("frame: \"{}\" is not a MAC address as \"02:00:00:00:00:01\"", text));
  for (const unsigned byte : bytes) put8(frame, static_cast<int>(byte));
}

void put_ethernet(Frame& frame, const std::string& src, const std::string& dst,
                  std::optional<int> vlan, unsigned type) {
  put_mac(frame, dst);
  put_mac(frame, src);
  if (vlan) {
    if (*vlan < 0 || *vlan > 4095)
      throw_bad_argument({}, fmt::format("frame: vlan {} is not 0 to 4095", *vlan));
    put16(frame, ETH_P_8021Q);
    put16(frame, static_cast<unsigned>(*vlan));
  }
  put16(frame, type);
}

void set16(Frame& frame, std::size_t at, std::uint16_t value) {
  frame[at] = static_cast<std::uint8_t>(value >> 8);
  frame[at + 1] = static_cast<std::uint8_t>(value);
}

// The frame around `inside`, whose checksum (over the addresses as well, but for ICMP) is at `at`.
template <class Fields>
Frame in_ip(const Fields& f, int protocol, Frame inside, std::size_t at) {
  const bool v4 = f.src.family() == Family::kIpv4;
  if (f.src.family() != f.dst.family())
    throw_bad_argument({}, fmt::format("frame: src {} and dst {} are of two families", f.src.text(),
                                       f.dst.text()));
  if (f.ttl < 0 || f.ttl > 255)
    throw_bad_argument({}, fmt::format("frame: ttl {} is not 0 to 255", f.ttl));
  const std::size_t length = inside.size() + (v4 ? 20 : 0);
  if (length > 0xffff)
    throw_bad_argument({}, fmt::format("frame: a payload of {} bytes is too long for an IP packet",
                                       f.payload.size()));
  Checksum inner;
  if (protocol != IPPROTO_ICMP) {
    inner.add(f.src.bytes());
    inner.add(f.dst.bytes());
    inner.add(inside.size());
    inner.add(static_cast<std::uint64_t>(protocol));
  }
  inner.add(inside);
  const std::uint16_t sum = inner.value();
  set16(inside, at, sum == 0 && protocol == IPPROTO_UDP ? 0xffff : sum);  // RFC 768: 0 is none

  Frame frame;
  put_ethernet(frame, f.src_mac, f.dst_mac, f.vlan, v4 ? ETH_P_IP : ETH_P_IPV6);
  const std::size_t ip = frame.size();
  if (v4) {
    put16(frame, 0x4500);
    put16(frame, static_cast<unsigned>(length));
    put32(frame, 0x4000);  // id 0, don't fragment
    put8(frame, f.ttl);
    put8(frame, protocol);
    put16(frame, 0);  // the checksum
  } else {
    put32(frame, 0x60000000);
    put16(frame, static_cast<unsigned>(length));
    put8(frame, protocol);
    put8(frame, f.ttl);
  }
  put(frame, f.src.bytes());
  put(frame, f.dst.bytes());
  if (v4) {
    Checksum header;
    header.add(std::span(frame).subspan(ip));
    set16(frame, ip + 10, header.value());
  }
  put(frame, inside);
  return frame;
}

}  // namespace

Frame ArpFrame::bytes() const {
  if (sender.family() != Family::kIpv4 || target.family() != Family::kIpv4)
    throw_bad_argument({}, "frame: ARP is of IPv4 addresses");
  Frame frame;
  put_ethernet(frame, src_mac, dst_mac, vlan, ETH_P_ARP);
  put16(frame, ARPHRD_ETHER);
  put16(frame, ETH_P_IP);
  put8(frame, ETH_ALEN);
  put8(frame, 4);
  put16(frame, static_cast<unsigned>(op));
  put_mac(frame, sender_mac.empty() ? src_mac : sender_mac);
  put(frame, sender.bytes());
  put_mac(frame, target_mac);
  put(frame, target.bytes());
  return frame;
}

Frame UdpFrame::bytes() const {
  Frame udp;
  put16(udp, src_port);
  put16(udp, dst_port);
  put16(udp, static_cast<unsigned>(8 + payload.size()));
  put16(udp, 0);
  put(udp, payload);
  return in_ip(*this, IPPROTO_UDP, std::move(udp), 6);
}

Frame TcpFrame::bytes() const {
  Frame tcp;
  put16(tcp, src_port);
  put16(tcp, dst_port);
  put32(tcp, seq);
  put32(tcp, ack);
  put8(tcp, 5 << 4);
  put8(tcp, flags.bits());
  put16(tcp, window);
  put32(tcp, 0);  // the checksum, no urgent data
  put(tcp, payload);
  return in_ip(*this, IPPROTO_TCP, std::move(tcp), 16);
}

Frame IcmpFrame::bytes() const {
  Frame icmp;
  put8(icmp, type);
  put8(icmp, code);
  put16(icmp, 0);
  put32(icmp, rest);
  put(icmp, payload);
  const bool v4 = src.family() == Family::kIpv4;
  return in_ip(*this, v4 ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6),
               std::move(icmp), 2);
}

}  // namespace vethlab
