// How much gets from node to node, by iperf3.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr const char* kTenMbit =
    "tc qdisc add dev eth0 root tbf rate 10mbit burst 8kb latency 50ms";

struct ThroughputTest : PairTest {};

// Of the 10 Mbit/s that the wire takes some 5 % are headers. The lower bound is for a busy machine.
TEST_F(ThroughputTest, IsWhatTheWireTakes) {
  a.shell(kTenMbit);
  const Throughput tcp = a.throughput(b);
  EXPECT_THAT(tcp, Received(AllOf(Ge(4e6), Le(10e6))));
  EXPECT_THAT(tcp, AllOf(Sent(Ge(4e6)), Retransmits(Ge(0)), Lost(std::nullopt)));
}

TEST_F(ThroughputTest, InReverseIsTheOtherDirections) {
  b.shell(kTenMbit);
  EXPECT_THAT(a.throughput({b, Family::kIpv6}, {.streams = 2, .reverse = true}),
              Received(AllOf(Ge(4e6), Le(10e6))));
  EXPECT_THAT(a.throughput(b), Received(Ge(20e6)));
}

// So does iperf3 3.12; 3.18 goes on, and half of it is lost. (A receiver that waits for its turn on a busy machine
// loses a few.)
TEST_F(ThroughputTest, OfUdpWaitsForTheSendersOwnQueue) {
  a.shell(kTenMbit);
  const Throughput udp = a.throughput(b, {.udp = true, .bitrate = 20'000'000});
  const bool waits = a.exec({"iperf3", "--version"}).out.starts_with("iperf 3.12 ");
  EXPECT_TRUE(!waits || udp.sent <= 11e6) << udp;
  if (udp.sent <= 11e6) EXPECT_LT(*udp.lost, *udp.packets / 5) << udp;
  else EXPECT_GT(*udp.lost, *udp.packets / 3) << udp;
}

// 8 Mbit/s into 2, which a slow sender exceeds, too: at least a third is lost, whatever waits in the queue. (A queue
// of the sender's own would have it wait instead.)
TEST(Throughput, OfUdpTellsWhatWasLost) {
  LineNet net;
  net.r.shell("tc qdisc add dev eth1 root tbf rate 2mbit burst 8kb latency 50ms");
  const Throughput udp = net.a.throughput(net.b, {.udp = true, .bitrate = 8'000'000});
  EXPECT_THAT(udp, AllOf(Received(Le(2.1e6)), Retransmits(std::nullopt), Jitter(Gt(0ms))));
  EXPECT_GE(*udp.lost, *udp.packets / 3) << udp;
  EXPECT_LT(*udp.lost, *udp.packets) << udp;
}

TEST_F(ThroughputTest, LeavesNobodyListening) {
  (void)a.throughput(b, {.port = 7000});
  EXPECT_THAT(b.listening_sockets(), IsEmpty());
}

TEST_F(ThroughputTest, ThatFailsLeavesNobodyListening) {
  b.reject("tcp dport 5201");
  EXPECT_THROW((void)a.throughput(b), std::runtime_error);
  EXPECT_THAT(b.listening_sockets(), IsEmpty());
  b.nft("flush ruleset");
  EXPECT_THAT(a.throughput(b), Received(Gt(0)));
}

}  // namespace
