#include <vethlab/icmp/echo.h>

#include <gmock/gmock.h>

#include <random>

using namespace testing;
using namespace vethlab;
using namespace vethlab::icmp;

namespace {

using Bytes = std::vector<std::uint8_t>;

const EchoKey kKey{0x1234, 7, 0x1122334455667788, 8};

Bytes in_ipv4(const Bytes& icmp) {
  Bytes packet(20);
  packet[0] = 0x45;
  packet[8] = 63;
  packet[9] = 1;
  packet[12] = 10, packet[15] = 1;
  packet.insert(packet.end(), icmp.begin(), icmp.end());
  return packet;
}

void set_checksum(Bytes& icmp) {
  icmp[2] = icmp[3] = 0;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < icmp.size(); i += 2)
    sum += static_cast<unsigned>(icmp[i] << 8 | icmp[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  icmp[2] = static_cast<std::uint8_t>(~sum >> 8);
  icmp[3] = static_cast<std::uint8_t>(~sum);
}

// An ICMP error of a type and code, quoting one of our echoes.
Bytes error4(int type, int code) {
  Bytes icmp(8);
  icmp[0] = static_cast<std::uint8_t>(type);
  icmp[1] = static_cast<std::uint8_t>(code);
  icmp[6] = 5, icmp[7] = 20;  // 1300: the mtu, where there is one
  const Bytes quoted = in_ipv4(build_echo(Family::kIpv4, kKey, 16));
  icmp.insert(icmp.end(), quoted.begin(), quoted.end());
  set_checksum(icmp);
  return in_ipv4(icmp);
}

Bytes error6(int type, int code) {
  Bytes icmp(8 + 40);
  icmp[0] = static_cast<std::uint8_t>(type);
  icmp[1] = static_cast<std::uint8_t>(code);
  icmp[6] = 5, icmp[7] = 20;
  icmp[8] = 0x60;
  icmp[8 + 6] = 58;
  const Bytes quoted = build_echo(Family::kIpv6, kKey, 16);
  icmp.insert(icmp.end(), quoted.begin(), quoted.end());
  return icmp;
}

TEST(Echo, ReadsWhatItBuilds) {
  for (const int payload : {0, 3, 8, 57}) {
    const Seen v4 =
        read_packet(Family::kIpv4, in_ipv4(build_echo(Family::kIpv4, kKey, payload)), {});
    const Seen v6 = read_packet(Family::kIpv6, build_echo(Family::kIpv6, kKey, payload), {});
    for (const Seen& seen : {v4, v6}) {
      EXPECT_EQ(seen.kind, Seen::Kind::kRequest);
      EXPECT_TRUE(matches(kKey, seen.key));
    }
    EXPECT_EQ(v4.ttl, 63);
  }
}

TEST(Echo, IsAnothersWhenTheCookieOrTheSequenceDiffers) {
  EchoKey other = kKey;
  other.cookie ^= 1;
  EXPECT_FALSE(matches(kKey, other));
  other = kKey;
  other.sequence = 8;
  EXPECT_FALSE(matches(kKey, other));
  other = kKey;
  other.id = 1;  // a NAT may rewrite it
  EXPECT_TRUE(matches(kKey, other));
}

TEST(Echo, WithAWrongChecksumIsNothing) {
  Bytes packet = in_ipv4(build_echo(Family::kIpv4, kKey, 8));
  packet.back() ^= 1;
  EXPECT_EQ(read_packet(Family::kIpv4, packet, {}).kind, Seen::Kind::kOther);
}

TEST(Echo, IsRefusedByTheSameNameInBothFamilies) {
  using enum IcmpError;
  const auto v4 = [](int t, int c) { return read_packet(Family::kIpv4, error4(t, c), {}).error; };
  const auto v6 = [](int t, int c) {
    return read_packet(Family::kIpv6, error6(t, c), "fd00::1").error;
  };
  EXPECT_EQ(v4(3, 0).error, kNoRoute);
  EXPECT_EQ(v6(1, 0).error, kNoRoute);
  EXPECT_EQ(v4(3, 1).error, kHostUnreachable);
  EXPECT_EQ(v6(1, 3).error, kHostUnreachable);
  EXPECT_EQ(v4(3, 3).error, kPortUnreachable);
  EXPECT_EQ(v6(1, 4).error, kPortUnreachable);
  EXPECT_EQ(v4(3, 13).error, kAdminProhibited);
  EXPECT_EQ(v6(1, 1).error, kAdminProhibited);
  EXPECT_EQ(v4(11, 0).error, kTtlExceeded);
  EXPECT_EQ(v6(3, 0).error, kTtlExceeded);
  EXPECT_EQ(v4(3, 4).mtu, 1300);
  EXPECT_EQ(v6(2, 0).mtu, 1300);
  EXPECT_EQ(v4(3, 0).from, IpAddress("10.0.0.1"));
  EXPECT_EQ(v6(1, 0).from, IpAddress("fd00::1"));
}

TEST(IcmpErrors, AreNotRedirectsNorAboutOthersPackets) {
  EXPECT_EQ(read_packet(Family::kIpv4, error4(5, 1), {}).kind, Seen::Kind::kOther);
  Bytes about_udp = error4(3, 3);
  about_udp[20 + 8 + 9] = 17;
  EXPECT_NE(read_packet(Family::kIpv4, about_udp, {}).kind, Seen::Kind::kError);
}

TEST(Packets, CutAnywhereAreReadWithoutHarm) {
  for (const auto& [family, whole] :
       {std::pair{Family::kIpv4, error4(3, 1)}, {Family::kIpv6, error6(1, 3)}})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      (void)read_packet(family, cut, {});
    }
}

TEST(Packets, OfRandomBytesAreReadWithoutHarm) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes = i % 2 == 0 ? error4(3, 1) : error6(1, 3);
    bytes.resize(random() % (bytes.size() + 1));
    for (int k = 0; k < 3 && !bytes.empty(); ++k)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    (void)read_packet(i % 2 == 0 ? Family::kIpv4 : Family::kIpv6, bytes, {});
  }
}

}  // namespace
