// A link fails, and a backup route is there: whether it is used depends on how the link failed.
//
//            ┌─ eth0 10.0.1.2 ── 10.0.1.1 r1     default metric 10
//     host ──┤                                                       r1 and r2 both have 192.0.2.1
//            └─ eth1 10.0.2.2 ── 10.0.2.1 r2     default metric 20
//
// Believed: the backup takes over when the cable is pulled. An interface set down takes its routes with it.
// One that has lost its carrier keeps them, marked linkdown, and the kernel goes on using them, into
// nothing, unless ignore_routes_with_linkdown is on (kernel: networking/ip-sysctl.rst). And routes that
// went with a set down do not come back with set up. What is lost in silence nobody notices.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct MainAndBackup {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& r1 = lab.add_node("r1");
  Node& r2 = lab.add_node("r2");
  Wire& main = lab.connect({host, "eth0", "10.0.1.2/24"}, {r1, "eth0", "10.0.1.1/24"});
  Wire& backup = lab.connect({host, "eth1", "10.0.2.2/24"}, {r2, "eth0", "10.0.2.1/24"});

  MainAndBackup() {
    for (Node* const router : {&r1, &r2}) router->add_address("lo", "192.0.2.1/32");
    host.add_route({.to = "default", .via = "10.0.1.1", .metric = 10});
    host.add_route({.to = "default", .via = "10.0.2.1", .metric = 20});
  }
};

class LinkFlap : public Test, protected MainAndBackup {
 protected:
  Matcher<const std::vector<Route>&> HasMainDefault() {
    return Contains(AllOf(To("default"), Dev("eth0")));
  }
};

TEST_F(LinkFlap, BySetDownTakesTheRouteAndTheBackupIsUsed) {
  EXPECT_THAT(host.routes(), HasMainDefault());
  host.set_down("eth0");
  EXPECT_THAT(host.routes(), Not(HasMainDefault()));
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth1"));
  EXPECT_REACHABLE(host, "192.0.2.1");
}

TEST_F(LinkFlap, BySetUpDoesNotBringTheRouteBack) {
  host.set_down("eth0");
  host.set_up("eth0");
  EXPECT_THAT(host.routes(), Not(HasMainDefault()));
  EXPECT_THAT(host.routes(), Contains(AllOf(To("10.0.1.0/24"), Dev("eth0"))));
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth1"));
}

TEST_F(LinkFlap, ByLostCarrierKeepsTheRouteAndSendsIntoNothing) {
  main.set_down(host);
  EXPECT_THAT(host.routes(), Contains(AllOf(To("default"), Dev("eth0"),
                                            Field("flags", &Route::flags, Contains("linkdown")))));
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth0"));
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsNoAnswer(), {.timeout = 100ms});
}

TEST_F(LinkFlap, ByLostCarrierUsesTheBackupWhereSuchRoutesAreIgnored) {
  host.set_sysctl("net.ipv4.conf.eth0.ignore_routes_with_linkdown", "1");
  main.set_down(host);
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth1"));
  EXPECT_REACHABLE(host, "192.0.2.1");
}

TEST_F(LinkFlap, ByRegainedCarrierIsOverAtOnce) {
  host.set_sysctl("net.ipv4.conf.eth0.ignore_routes_with_linkdown", "1");
  main.set_down(host);
  main.set_up();
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth0"));
  EXPECT_REACHABLE(host, "192.0.2.1");
}

// Carrier and routes stay: only who keeps asking can tell (a routing protocol's hold timer, BFD).
TEST_F(LinkFlap, BySilentLossIsNoticedByNobody) {
  host.set_sysctl("net.ipv4.conf.eth0.ignore_routes_with_linkdown", "1");
  main.drop_all();
  EXPECT_THAT(host.link("eth0"), IsUp());
  EXPECT_THAT(host.route_to("192.0.2.1"), Dev("eth0"));
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsNoAnswer(), {.timeout = 100ms});
  main.pass_all();
  EXPECT_REACHABLE(host, "192.0.2.1");
}

}  // namespace
