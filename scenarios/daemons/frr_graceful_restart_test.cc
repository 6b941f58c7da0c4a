// FRR's graceful restart (RFC 4724): bgpd dies and comes back, and traffic does not notice.
//
//     host ── 10.1.0.0/24 ── customer ── 10.0.12.0/24 ── provider ── 10.3.0.0/24 ── server
//                            AS 65001: FRR               AS 65002: BIRD
//
// Two have to keep what they know: customer's zebra the routes of the bgpd that died, and provider the
// routes that it announced. provider is BIRD, as FRR 8.4 says for its first 120 s that it has
// restarted, too, and for such a neighbour nobody waits (RFC 4724, 4.1). IPv4 alone: zebra 8.4 forgets
// IPv6's routes when IPv4's are complete and IPv6 has a session of its own.
#include <vethlab/vethlab.h>

#include <chrono>
#include <string>

#include "frr.h"

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

std::string graceful_restart(int restart_time) {
  return " bgp graceful-restart\n bgp graceful-restart preserve-fw-state\n"
         " bgp graceful-restart restart-time " +
         std::to_string(restart_time) + "\n";
}

// Passive: with two connections at once one is closed, which is no graceful restart.
constexpr const char* kProvider = R"(router id 2.2.2.2;
log stderr all;
protocol device {}
protocol direct { ipv4; interface "lan"; }
protocol kernel { ipv4 { export where source = RTS_BGP; }; }
protocol bgp customer {
  local as 65002;
  neighbor 10.0.12.1 as 65001;
  passive;
  ipv4 { import all; export where source = RTS_DEVICE; };
}
)";

class FrrGracefulRestart : public Test {
 protected:
  void SetUp() override {
    needs_program("/usr/lib/frr/bgpd", "frr");
    needs_program("bird", "bird2");
    host.add_route({.to = "default", .via = "10.1.0.1"});
    server.add_route({.to = "default", .via = "10.3.0.1"});
  }

  // Lines of `router bgp` besides.
  void start(const std::string& more) {
    provider.write_file("/etc/bird/bird.conf", kProvider);
    provider.spawn({"bird", "-f", "-c", "/etc/bird/bird.conf"},
                   {.ready = listens_on_path("/run/bird/bird.ctl")});
    bgpd = &start_frr(customer,
                      "router bgp 65001\n bgp router-id 1.1.1.1\n no bgp ebgp-requires-policy\n"
                      " timers bgp 1 3\n" +
                          more +
                          " neighbor 10.0.12.2 remote-as 65002\n"
                          " neighbor 10.0.12.2 timers connect 1\n"
                          " address-family ipv4 unicast\n  network 10.1.0.0/24\n");
    ASSERT_EVENTUALLY(customer.routes(), kKnowsServer, 15s);
    ASSERT_EVENTUALLY(provider.routes(), kKnowsHost, 15s);
    ASSERT_REACHABLE(host, server);
  }

  // What provider says of its session with customer: "Neighbor GR:" as long as routes are stale.
  [[nodiscard]] std::string session() const {
    return provider.exec({"birdc", "show", "protocols", "all", "customer"}).out;
  }

  const Matcher<std::vector<Route>> kKnowsServer =
      Contains(AllOf(To("10.3.0.0/24"), Via("10.0.12.2"), Proto("bgp")));
  const Matcher<std::vector<Route>> kKnowsHost =
      Contains(AllOf(To("10.1.0.0/24"), Via("10.0.12.1"), Proto("bird")));

  Lab lab{{.ids = Ids::kSubordinate}};
  Node& host = lab.add_node("host");
  Node& customer = lab.add_node("customer", {.forwarding = true, .private_dirs = kFrrDirs});
  Node& provider =
      lab.add_node("provider", {.forwarding = true, .private_dirs = {"/etc/bird", "/run/bird"}});
  Node& server = lab.add_node("server");
  Wire& lan = lab.connect({host, "eth0", "10.1.0.2/24"}, {customer, "lan", "10.1.0.1/24"});
  Wire& line = lab.connect({customer, "eth0", "10.0.12.1/24"}, {provider, "eth0", "10.0.12.2/24"});
  Wire& far = lab.connect({provider, "lan", "10.3.0.1/24"}, {server, "eth0", "10.3.0.2/24"});
  Daemon* bgpd = nullptr;
};

TEST_F(FrrGracefulRestart, Before_WithoutItBothForgetTheirRoutesAndTrafficIsLost) {
  start(" bgp graceful-restart-disable\n");  // else provider still waits
  const StreamReport stream = host.stream(server, [&] {
    bgpd->kill();
    EXPECT_EVENTUALLY(customer.routes(), Not(kKnowsServer));
    EXPECT_EVENTUALLY(provider.routes(), Not(kKnowsHost));
    start_bgpd(customer);
    EXPECT_EVENTUALLY(customer.routes(), kKnowsServer, 15s);
    EXPECT_EVENTUALLY(provider.routes(), kKnowsHost, 15s);
  });
  EXPECT_THAT(stream, AllOf(Lost(Gt(0)),
                            Icmp(Contains(AllOf(Error(IcmpError::kNoRoute), From("10.1.0.1"))))));
}

TEST_F(FrrGracefulRestart, TrafficDoesNotNoticeThatBgpdDiesAndComesBack) {
  start(graceful_restart(30));
  const StreamReport stream = host.stream(server, [&] {
    bgpd->kill();
    EXPECT_EVENTUALLY(session(), HasSubstr("Neighbor GR:"));
    EXPECT_STAYS(customer.routes(), kKnowsServer, 1s);
    EXPECT_STAYS(provider.routes(), kKnowsHost, 1s);
    start_bgpd(customer);
    EXPECT_EVENTUALLY(session(), AllOf(HasSubstr("Established"), Not(HasSubstr("Neighbor GR:"))),
                      15s);
    EXPECT_EVENTUALLY(
        customer.json({"vtysh", "-c", "show bgp ipv4 unicast json"}),
        HasJson(R"({"routes": {"10.3.0.0/24": [{"bestpath": true, "stale": null}]}})"), 15s);
    EXPECT_STAYS(customer.routes(), kKnowsServer, 1s);  // what is stale still would go now
    EXPECT_STAYS(provider.routes(), kKnowsHost, 100ms);
  });
  EXPECT_THAT(stream, Lost(0));
}

TEST_F(FrrGracefulRestart, OneThatDoesNotComeBackInTimeIsForgotten) {
  start(graceful_restart(5));
  bgpd->kill();
  EXPECT_STAYS(provider.routes(), kKnowsHost, 2s);
  EXPECT_EVENTUALLY(provider.routes(), Not(kKnowsHost), 15s);
}

}  // namespace
