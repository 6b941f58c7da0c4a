// Policy routing: who asks decides the way, by source or by mark.
//
//            ┌─ eth0 10.0.1.2 ── 10.0.1.1 isp1     main:      default via isp1
//     host ──┤
//            └─ eth1 10.0.2.2 ── 10.0.2.1 isp2     table 100: default via isp2
//
// Believed: what comes in by isp2 is answered by isp2. The answer's way is looked up by its destination,
// so it leaves by isp1, whatever its source, unless a rule says otherwise (ip-rule(8)). And the address
// that a packet gets by itself is that of the route found first: RFC 6724's counterpart in IPv4. Neither
// provider knows a route to 192.0.2.0/24, and each says so: the answer tells who was asked.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct TwoProviders {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& isp1 = lab.add_node("isp1", {.forwarding = true});
  Node& isp2 = lab.add_node("isp2", {.forwarding = true});
  Wire& first = lab.connect({host, "eth0", "10.0.1.2/24"}, {isp1, "eth0", "10.0.1.1/24"});
  Wire& second = lab.connect({host, "eth1", "10.0.2.2/24"}, {isp2, "eth0", "10.0.2.1/24"});

  TwoProviders() {
    host.add_route({.to = "default", .via = "10.0.1.1"});
    host.add_route({.to = "default", .via = "10.0.2.1", .table = 100});
  }
};

class PolicyRouting : public Test, protected TwoProviders {};

TEST_F(PolicyRouting, WithoutARuleATableIsNotAsked) {
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
}

// Out it goes by isp1, with an address of isp2's, which isp1 cannot answer to.
TEST_F(PolicyRouting, WithoutARuleTheSourceDecidesNothing) {
  EXPECT_THAT(host.route_to("192.0.2.1", {.src = "10.0.2.2"}), Dev("eth0"));
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsNoAnswer(), {.timeout = 100ms, .src = "10.0.2.2"});
}

TEST_F(PolicyRouting, BySourceSendsEachAddressToItsOwnProvider) {
  host.add_rule({.priority = 100, .from = "10.0.2.2/32", .table = 100});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"),
                     {.src = "10.0.2.2"});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"),
                     {.src = "10.0.1.2"});
}

TEST_F(PolicyRouting, BySourceIsNotAskedWhereNoSourceIsGiven) {
  host.add_rule({.priority = 100, .from = "10.0.2.2/32", .table = 100});
  EXPECT_THAT(host.route_to("192.0.2.1"), AllOf(Dev("eth0"), Src("10.0.1.2")));
}

// A customer of isp2 asks: by the rule the answer goes back the way the question came.
TEST_F(PolicyRouting, BySourceMakesAnswersGoBackTheWayTheQuestionCame) {
  isp2.add_address("lo", "198.51.100.1/32");
  EXPECT_UNREACHABLE(isp2, "10.0.2.2", GetsNoAnswer(), {.timeout = 100ms, .src = "198.51.100.1"});
  host.add_rule({.priority = 100, .from = "10.0.2.2/32", .table = 100});
  EXPECT_REACHABLE(isp2, "10.0.2.2", {.src = "198.51.100.1"});
}

TEST_F(PolicyRouting, ByMarkSendsWhatIsMarkedTheOtherWay) {
  host.add_rule({.priority = 100, .fwmark = 7, .table = 100});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"), {.mark = 7});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"), {.mark = 8});
  EXPECT_THAT(host.route_to("192.0.2.1", {.mark = 7}), AllOf(Dev("eth1"), Table(100)));
}

TEST_F(PolicyRouting, ByMarkChoosesTheSourceOfThatTable) {
  host.add_rule({.priority = 100, .fwmark = 7, .table = 100});
  EXPECT_THAT(host.route_to("192.0.2.1", {.mark = 7}), Src("10.0.2.2"));
  EXPECT_THAT(host.route_to("192.0.2.1"), Src("10.0.1.2"));
}

// A table without a route for the packet is passed over, and the next rule asked.
TEST_F(PolicyRouting, ATableWithoutARouteLeavesItToTheNextRule) {
  host.add_rule({.priority = 100, .fwmark = 7, .table = 200});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"), {.mark = 7});
}

}  // namespace
