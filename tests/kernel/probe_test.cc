// Each option of a probe, and what its report says.
#include "link_local.h"

#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct ProbeTest : PairTest, WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(OfBothFamilies, ProbeTest, Values("10.0.0.2", "fd00::2"),
                         [](const auto& each) { return each.index == 0 ? "Ipv4" : "Ipv6"; });

TEST_P(ProbeTest, CountsItsEchoes) {
  const ProbeReport report = a.ping(GetParam(), {.count = 5, .interval = 1ms});
  EXPECT_EQ(report.sent, 5);
  EXPECT_EQ(report.received, 5);
  EXPECT_EQ(report.duplicates, 0);
  EXPECT_THAT(report.rtt, SizeIs(5));
  EXPECT_THAT(report.echoes, AllOf(SizeIs(5), Each(Field(&Echo::rtt, Ne(std::nullopt)))));
}

TEST_P(ProbeTest, TellsTheTtlOfTheReply) { EXPECT_THAT(a.ping(GetParam()), Ttl(64)); }

TEST_P(ProbeTest, CarriesNoPayloadOrAnyPayload) {
  for (const int bytes : {0, 7, 8, 1452, 1453, 60000})
    EXPECT_REACHABLE(a, GetParam(), {.payload = bytes});
}

TEST_P(ProbeTest, CarriesTheLargestPayload) { EXPECT_REACHABLE(a, GetParam(), {.payload = 65507}); }

TEST_P(ProbeTest, LeavesByTheDeviceItIsTold) {
  EXPECT_REACHABLE(a, GetParam(), {.dev = "eth0"});
  EXPECT_THAT(a.ping(GetParam(), {.timeout = 50ms, .dev = "lo"}), Not(Replies()));
}

TEST_P(ProbeTest, CarriesEveryEchoOfALongTrain) {
  EXPECT_REACHABLE(a, GetParam(), {.count = 500, .interval = 0ms, .timeout = 10s});
}

TEST_P(ProbeTest, CarriesEveryEchoOfATrainThatNoSocketHoldsAtOnce) {
  EXPECT_REACHABLE(a, GetParam(), {.count = 40, .interval = 0ms, .payload = 60000});
}

TEST(Probe, HasTheSourceItIsTold) {
  LineNet net;
  net.a.add_address("lo", "10.9.9.9/32");
  net.a.add_address("lo", "fd09::9/128");
  const ProbeOptions quick{.timeout = 50ms, .src = "10.9.9.9"};
  EXPECT_UNREACHABLE(net.a, "10.0.2.2", GetsNoAnswer(), quick);  // no way back
  net.r.add_route({.to = "10.9.9.9/32", .via = "10.0.1.2"});
  net.r.add_route({.to = "fd09::9/128", .via = "fd00:1::2"});
  EXPECT_REACHABLE(net.a, "10.0.2.2", {.src = "10.9.9.9"});
  EXPECT_REACHABLE(net.a, "fd00:2::2", {.src = "fd09::9"});
}

TEST(Probe, LosesAHopAtARouter) {
  LineNet net;
  EXPECT_THAT(net.a.ping("10.0.2.2"), Ttl(63));
  EXPECT_THAT(net.a.ping("fd00:2::2"), Ttl(63));
}

TEST(Probe, OfALinkLocalAddressGoesToItsZone) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  Node& c = lab.add_node("c");
  lab.connect(a, b);
  lab.connect(a, c);
  const std::string link_local = link_local_of(b);
  EXPECT_REACHABLE(a, link_local + "%eth0");
  EXPECT_UNREACHABLE(a, link_local + "%eth1", GetsNoAnswer(), {.timeout = 50ms});
}

TEST(Probe, OfManyPairsAnswersInOrder) {
  LineNet net;
  const auto reports = net.lab.ping({{net.a, "10.0.2.2"},
                                     {net.a, "fd00:2::2"},
                                     {net.a, "192.0.2.1"},
                                     {net.b, "2001:db8::1"},
                                     {net.r, "192.0.2.1"},
                                     {net.b, net.a, {.count = 3}}});
  EXPECT_THAT(reports, ElementsAre(Replies(), Replies(), GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"),
                                   GetsIcmp(IcmpError::kNoRoute, "fd00:2::1"),
                                   FailsWith(ENETUNREACH), Replies()));
}

TEST(Probe, OfManyPairsTakesNoLongerThanItsSlowest) {
  PairNet net;
  const std::vector<Probe> probes(50, Probe{net.a, "10.0.0.9", {.timeout = 200ms}});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(net.lab.ping(probes), Each(GetsNoAnswer()));
  // One after another would be 10 s; the rest is room for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(Probe, SaysWhoAnsweredInsteadOfTheOwner) {
  LineNet net;
  net.r.add_address("lo", "10.0.2.2/32");
  EXPECT_EQ(net.a.ping(net.b).answered_by, "r");
}

}  // namespace
