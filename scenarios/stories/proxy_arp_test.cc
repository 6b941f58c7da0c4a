// Proxy ARP: a router answers for whom it can reach.
//
//   a ── r ── b        a and b believe that they share one link: 10.0.0.0/16, no gateway
//                      r knows better: 10.0.1.0/24 to the left, 10.0.2.0/24 to the right
//
// Believed: who answers ARP has the address. RFC 1027: a router may answer with its own MAC address for
// what lies behind it (kernel: networking/ip-sysctl.rst, proxy_arp), and a needs no route. The price: it
// answers for addresses that nobody has, too, so that "not there" is no longer told by ARP.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct SplitLink {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& r = lab.add_node("r", {.forwarding = true});
  Node& b = lab.add_node("b");
  Wire& left = lab.connect({a, "eth0", "10.0.1.2/16"}, {r, "eth0", "10.0.1.1/24"});
  Wire& right = lab.connect({r, "eth1", "10.0.2.1/24"}, {b, "eth0", "10.0.2.2/16"});
};

class ProxyArp : public Test, protected SplitLink {
 protected:
  void answer_for_others() {
    for (const std::string eth : {"eth0", "eth1"}) {
      // Else it answers after up to 0.8 s, at random.
      r.shell("ip ntable change name arp_cache dev " + eth + " proxy_delay 0");
      r.set_sysctl("net.ipv4.conf." + eth + ".proxy_arp", "1");
    }
  }

  [[nodiscard]] Matcher<const Neighbour&> IsAtTheRouter(const IpAddress& to) const {
    return AllOf(Field("to", &Neighbour::to, to),
                 Field("lladdr", &Neighbour::lladdr, r.link("eth0").mac));
  }
};

TEST_F(ProxyArp, OffHidesWhatIsBehindTheRouter) {
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(), {.timeout = 100ms});
}

TEST_F(ProxyArp, JoinsWhatTheRouterKeepsApart) {
  answer_for_others();
  EXPECT_REACHABLE(a, b);
  EXPECT_REACHABLE(b, a);
  EXPECT_THAT(a.ping("10.0.2.2"), Ttl(63)) << "it is routed all the same";
}

TEST_F(ProxyArp, ShowsTheRoutersMacForEverybodyBehindIt) {
  answer_for_others();
  EXPECT_REACHABLE(a, b);
  EXPECT_THAT(a.neighbours(), Contains(IsAtTheRouter("10.0.2.2")));
}

TEST_F(ProxyArp, AnswersForAddressesThatNobodyHas) {
  answer_for_others();
  EXPECT_UNREACHABLE(a, "10.0.2.77", GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_THAT(a.neighbours(), Contains(IsAtTheRouter("10.0.2.77")));
}

// It answers for nobody on the link it was asked on: two nodes there hear each other.
TEST_F(ProxyArp, KeepsSilentForTheLinkItWasAskedOn) {
  answer_for_others();
  EXPECT_UNREACHABLE(a, "10.0.1.77", GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_THAT(a.neighbours(), Not(Contains(IsAtTheRouter("10.0.1.77"))));
}

}  // namespace
