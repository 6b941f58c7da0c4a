// FRR: BGP between three autonomous systems, IPv4 and IPv6.
//
//     AS 65001                    AS 65002                    AS 65003
//     customer ── 10.0.12.0/24 ── transit ── 10.0.23.0/24 ── peer        customer has 10.1.0.0/24 and
//         │                                                   │          fd01::/64, peer 10.3.0.0/24 and
//         └──────────────────── 10.0.13.0/24 ─────────────────┘          fd03::/64. Over the backup
//                     (backup: its path is prepended thrice)             wire a path is longer.
#include <vethlab/vethlab.h>

#include <chrono>
#include <string>
#include <vector>

#include "frr.h"

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct Neighbour4And6 {
  std::string v4 = {};
  std::string v6 = {};
  int as = 0;
  std::string policy = "ALL";  // of what is announced to it
};

// bgpd 10.7 withdraws IPv6's routes of a peer that comes before zebra has told it of the interfaces: hence the delay.
std::string session(const std::string& address, int as) {
  return " neighbor " + address + " remote-as " + std::to_string(as) + "\n neighbor " + address +
         " timers connect 1\n neighbor " + address + " timers delayopen 1\n neighbor " + address +
         " advertisement-interval 0\n";
}

std::string routes_to(const std::string& address, const std::string& policy) {
  return "  neighbor " + address + " activate\n  neighbor " + address + " route-map " + policy +
         " out\n";
}

std::string config(int as, const std::string& id, const std::vector<std::string>& networks,
                   const std::vector<Neighbour4And6>& neighbours) {
  std::string text = "router bgp " + std::to_string(as) + "\n bgp router-id " + id +
                     "\n no bgp ebgp-requires-policy\n no bgp network import-check\n"
                     " no bgp default ipv4-unicast\n"  // else IPv6's sessions carry it too
                     " timers bgp 1 3\n";
  for (const auto& each : neighbours) text += session(each.v4, each.as) + session(each.v6, each.as);
  for (const bool v6 : {false, true}) {
    text += v6 ? " address-family ipv6 unicast\n" : " address-family ipv4 unicast\n";
    for (const std::string& network : networks)
      if ((network.find(':') != std::string::npos) == v6) text += "  network " + network + "\n";
    for (const auto& each : neighbours) text += routes_to(v6 ? each.v6 : each.v4, each.policy);
    text += " exit-address-family\n";
  }
  const std::string own = std::to_string(as);
  return text +
         "exit\nip prefix-list PRIVATE seq 5 permit 10.66.0.0/16 le 32\n"
         "route-map ALL permit 10\nexit\n"
         "route-map PREPENDED permit 10\n set as-path prepend " +
         own + " " + own + " " + own +
         "\nexit\nroute-map GUARDED deny 5\n match ip address prefix-list PRIVATE\nexit\n"
         "route-map GUARDED permit 10\nexit\n";
}

struct ThreeAs {
  Lab lab{{.ids = Ids::kSubordinate}};  // FRR becomes the user frr
  NodeOptions options{.forwarding = true, .private_dirs = kFrrDirs};
  Node& customer = lab.add_node("customer", options);
  Node& transit = lab.add_node("transit", options);
  Node& peer = lab.add_node("peer", options);
  Wire& left = lab.connect({customer, "eth0", {"10.0.12.1/24", "fd12::1/64"}},
                           {transit, "eth0", {"10.0.12.2/24", "fd12::2/64"}});
  Wire& right = lab.connect({transit, "eth1", {"10.0.23.2/24", "fd23::2/64"}},
                            {peer, "eth0", {"10.0.23.3/24", "fd23::3/64"}});
  Wire& backup = lab.connect({customer, "eth1", {"10.0.13.1/24", "fd13::1/64"}},
                             {peer, "eth1", {"10.0.13.3/24", "fd13::3/64"}});
};

class FrrBgp : public Test, protected ThreeAs {
 protected:
  void SetUp() override {
    needs_program("/usr/lib/frr/bgpd", "frr");
    customer.add_address("lo", "10.1.0.1/24");
    customer.add_address("lo", "fd01::1/64");
    peer.add_address("lo", "10.3.0.1/24");
    peer.add_address("lo", "fd03::1/64");
    start_frr(customer, config(65001, "1.1.1.1", {"10.1.0.0/24", "fd01::/64"},
                               {{"10.0.12.2", "fd12::2", 65002}, {"10.0.13.3", "fd13::3", 65003}}));
    start_frr(transit, config(65002, "2.2.2.2", {},
                              {{"10.0.12.1", "fd12::1", 65001}, {"10.0.23.3", "fd23::3", 65003}}));
    peer_bgpd = &start_frr(peer, peers_config());
    ASSERT_EVENTUALLY(customer.routes(), Contains(AllOf(To("10.3.0.0/24"), Proto("bgp"))), 15s);
    ASSERT_EVENTUALLY(customer.routes({.family = Family::kIpv6}),
                      Contains(AllOf(To("fd03::/64"), Proto("bgp"))), 15s);
  }

  static std::string peers_config(const std::vector<std::string>& more = {}) {
    std::vector<std::string> networks = {"10.3.0.0/24", "fd03::/64"};
    networks.insert(networks.end(), more.begin(), more.end());
    return config(
        65003, "3.3.3.3", networks,
        {{"10.0.23.2", "fd23::2", 65002, "GUARDED"}, {"10.0.13.1", "fd13::1", 65001, "PREPENDED"}});
  }

  Daemon* peer_bgpd = nullptr;
};

TEST_F(FrrBgp, InstallsThePathWithFewestAutonomousSystems) {
  EXPECT_EVENTUALLY(customer.routes(),
                    Contains(AllOf(To("10.3.0.0/24"), Via("10.0.12.2"), Dev("eth0"), Proto("bgp"))),
                    15s);
  EXPECT_EVENTUALLY(customer.routes({.family = Family::kIpv6}),
                    Contains(AllOf(To("fd03::/64"), Dev("eth0"), Proto("bgp"))), 15s);
  EXPECT_EVENTUALLY(customer.ping("10.3.0.1", {.src = "10.1.0.1"}), Replies());
  EXPECT_EVENTUALLY(customer.ping("fd03::1", {.src = "fd01::1"}), Replies());
}

TEST_F(FrrBgp, TakesTheBackupWhenTransitLosesEverythingInSilence) {
  ASSERT_EVENTUALLY(customer.route_to("10.3.0.1"), Dev("eth0"), 15s);
  left.drop_all();  // the hold time is 3 s
  EXPECT_EVENTUALLY(customer.route_to("10.3.0.1"), Dev("eth1"), 15s);
  EXPECT_EVENTUALLY(customer.ping("10.3.0.1", {.src = "10.1.0.1"}), Replies(), 15s);
}

TEST_F(FrrBgp, WithdrawsWhatACrashedPeerAnnounced) {
  ASSERT_EVENTUALLY(transit.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3"))), 15s);
  peer_bgpd->kill();
  EXPECT_EVENTUALLY(transit.routes(), Not(Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3")))))
      << "the kernel has closed its connections: no timer is needed";
}

TEST_F(FrrBgp, APeerThatComesBackAnnouncesAgain) {
  peer_bgpd->kill();
  ASSERT_EVENTUALLY(transit.routes(), Not(Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3")))));
  start_bgpd(peer);
  EXPECT_EVENTUALLY(transit.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3"))), 15s);
}

TEST_F(FrrBgp, APrefixListStopsALeak) {
  peer.shell(
      "vtysh -c 'configure terminal' -c 'router bgp 65003' -c 'address-family ipv4 unicast' "
      "-c 'network 10.66.0.0/24' -c 'network 10.4.0.0/24'");
  ASSERT_EVENTUALLY(transit.routes(), Contains(To("10.4.0.0/24")), 15s);
  EXPECT_STAYS(transit.routes(), Not(Contains(AllOf(To("10.66.0.0/24"), Via("10.0.23.3")))), 2s);
}

// A second connection from a known neighbour, and what is no BGP on it.
TEST_F(FrrBgp, SurvivesANeighbourThatSendsGarbage) {
  const ProgramResult sent = customer.exec(
      {"bash", "-c",
       "exec 9<>/dev/tcp/10.0.12.2/179; head -c 4096 /dev/urandom >&9; cat <&9 >/dev/null"});
  EXPECT_FALSE(sent.late) << "it hangs up on us";
  EXPECT_EVENTUALLY(transit.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3"))), 15s);
}

}  // namespace
