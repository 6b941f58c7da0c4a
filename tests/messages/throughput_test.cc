// What a throughput prints, and what is said where there is none.
#include "text_of.h"
#include "verdict.h"

#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const Throughput kTcp{.sent = 10.47e6, .received = 9'540'000, .retransmits = 1};
const Throughput kUdp{.sent = 1.05e6,
                      .received = 900,
                      .lost = 3,
                      .packets = 91,
                      .jitter = std::chrono::duration<double, std::milli>(0.0123)};

TEST(ThroughputMessages, AreALine) {
  EXPECT_EQ(PrintToString(kTcp), "sent 10.5 Mbit/s, received 9.54 Mbit/s, 1 retransmit");
  EXPECT_EQ(PrintToString(kUdp),
            "sent 1.05 Mbit/s, received 900 bit/s, 3 of 91 packets lost, jitter 0.0123 ms");
  EXPECT_EQ(PrintToString(Throughput{.sent = 2e9, .received = 1500, .retransmits = 0}),
            "sent 2 Gbit/s, received 1.5 kbit/s, 0 retransmits");
}

TEST(ThroughputMessages, OfMatchersNameTheField) {
  EXPECT_EQ(verdict(kTcp, Retransmits(0)), "has retransmits 0; which has retransmits 1");
  EXPECT_EQ(verdict(kTcp, Lost(0)), "has lost 0; which has no lost");
  EXPECT_EQ(verdict(kUdp, Lost(Lt(3))), "has lost that is < 3; which has lost 3");
  EXPECT_EQ(verdict(kUdp, Jitter(Lt(0ms))),
            "has jitter that is < 0 ms; which has jitter 0.0123 ms");
  EXPECT_EQ(verdict(kTcp, Received(Le(9e6))),
            "has received that is <= 9e+06; which has received 9.54e+06");
}

TEST(ThroughputMessages, OfBadInputNameIt) {
  PairNet net;
  Lab other;
  const auto said = [&](const Destination& to, const ThroughputOptions& options = {}) {
    return text_of([&] { (void)net.a.throughput(to, options); });
  };
  EXPECT_EQ(said("10.0.0.2"),
            "throughput: 10.0.0.2 is an address: only a node of the lab can serve");
  EXPECT_EQ(said(tcp_to(net.b, 80)), "throughput: tcp port 80 of b: the port is an option");
  EXPECT_EQ(said(other.add_node("c")), "throughput: node c belongs to another lab");
  EXPECT_EQ(said(net.b, {.duration = 0s}), "throughput: duration in s 0 is not 1 to 86400");
  EXPECT_EQ(said(net.b, {.streams = 129}), "throughput: streams 129 is not 1 to 128");
  EXPECT_EQ(said(net.b, {.port = 0}), "throughput: port 0 is not 1 to 65535");
  net.b.serve_echo(5201);
  EXPECT_EQ(said(net.b), "throughput: something in b listens on TCP port 5201 already");
}

TEST(ThroughputMessages, OfARefusalHaveTheToolsWords) {
  PairNet net;
  net.b.reject("tcp dport 5201", {.with = RejectWith::kTcpReset});
  EXPECT_THAT(
      text_of([&] { (void)net.a.throughput(net.b); }),
      AnyOf("throughput from a to b (10.0.0.2): iperf3: unable to connect to server: Connection "
            "refused",
            "throughput from a to b (10.0.0.2): iperf3: unable to connect to server - server may "
            "have "
            "stopped running or use a different port, firewall issue, etc.: Connection refused"));
}

}  // namespace
