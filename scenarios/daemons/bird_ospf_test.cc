// BIRD: OSPFv2 and v3 with BFD, on a ring of four routers.
//
//           10.0.12.0/24
//      r1 ─────────────── r2       Each router has 10.0.0.N/32 and fd00::N/128 on lo. r1 reaches r3 by
//       │                  │       r2. When the wire between them loses everything in silence (no
//       │ 10.0.14.0/24     │ 10.0.23.0/24       carrier is lost), BFD alone can notice soon; the other
//       │                  │                    way is r4's. The wire to it costs half as much again:
//      r4 ─────────────── r3                    no two ways are equal.
//           10.0.34.0/24
#include <vethlab/vethlab.h>

#include <chrono>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// BFD notices a silent neighbour after 5 × 100 ms; OSPF's own dead interval is 20 s. OSPFv3 has no
// interface without a link-local address, as lo: its address is announced as a stub network.
std::string config(const std::string& number) {
  return "router id 10.0.0." + number + R"(;
log stderr all;
protocol device {}
protocol kernel { ipv4 { export where source ~ [ RTS_OSPF, RTS_OSPF_IA ]; }; }
protocol kernel { ipv6 { export where source ~ [ RTS_OSPF, RTS_OSPF_IA ]; }; }
protocol bfd { interface "*" { interval 100 ms; multiplier 5; }; }
protocol ospf v2 {
  tick 1;
  ipv4 {};
  area 0 {
    interface "lo" { stub; };
    interface "eth14" { cost 15; type ptp; hello 1; dead 20; bfd; };
    interface "eth*" { type ptp; hello 1; dead 20; bfd; };
  };
}
protocol ospf v3 {
  tick 1;
  ipv6 {};
  area 0 {
    stubnet fd00::)" +
         number + R"(/128;
    interface "eth14" { cost 15; type ptp; hello 1; dead 20; bfd; };
    interface "eth*" { type ptp; hello 1; dead 20; bfd; };
  };
}
)";
}

struct Ring {
  Lab lab;
  NodeOptions options{.forwarding = true, .private_dirs = {"/etc/bird", "/run/bird"}};
  Node& r1 = lab.add_node("r1", options);
  Node& r2 = lab.add_node("r2", options);
  Node& r3 = lab.add_node("r3", options);
  Node& r4 = lab.add_node("r4", options);
  Wire& w12 = lab.connect({r1, "eth12", {"10.0.12.1/24", "fd12::1/64"}},
                          {r2, "eth12", {"10.0.12.2/24", "fd12::2/64"}});
  Wire& w23 = lab.connect({r2, "eth23", {"10.0.23.2/24", "fd23::2/64"}},
                          {r3, "eth23", {"10.0.23.3/24", "fd23::3/64"}});
  Wire& w34 = lab.connect({r3, "eth34", {"10.0.34.3/24", "fd34::3/64"}},
                          {r4, "eth34", {"10.0.34.4/24", "fd34::4/64"}});
  Wire& w14 = lab.connect({r1, "eth14", {"10.0.14.1/24", "fd14::1/64"}},
                          {r4, "eth14", {"10.0.14.4/24", "fd14::4/64"}});
};

class BirdOspf : public Test, protected Ring {
 protected:
  void SetUp() override {
    needs_program("bird", "bird2");
    int number = 0;
    for (Node* router : lab.nodes()) start(*router, ++number);
    for (Node* from : lab.nodes())
      for (int to = 1; to <= 4; ++to) {
        const std::string last = std::to_string(to);
        ASSERT_EVENTUALLY(from->ping("10.0.0." + last), Replies(), 45s);
        ASSERT_EVENTUALLY(from->ping("fd00::" + last), Replies(), 45s);
      }
  }

  void start(Node& router, int number) {
    const std::string last = std::to_string(number);
    router.add_address("lo", "10.0.0." + last + "/32");
    router.add_address("lo", "fd00::" + last + "/128");
    router.write_file("/etc/bird/bird.conf", config(last));
    birds.push_back(&router.spawn({"bird", "-f", "-c", "/etc/bird/bird.conf"},
                                  {.ready = listens_on_path("/run/bird/bird.ctl")}));
  }

  // Until r1 has its neighbours watched by BFD at its full rate, and is free to announce a change: for
  // 5 s after each announcement OSPF keeps the next one back (MinLSInterval, RFC 2328).
  void wait_until_r1_is_steady() const {
    ASSERT_EVENTUALLY(r1.exec({"birdc", "show", "bfd", "sessions"}),
                      Prints(AllOf(ContainsRegex("10.0.12.2 .* Up .* 0.100 +0.500\n"),
                                   ContainsRegex("10.0.14.4 .* Up .* 0.100 +0.500\n"))),
                      45s);
    ASSERT_EVENTUALLY(  // its age, before its checksum
        r1.exec({"birdc", "show", "ospf", "lsadb", "type", "1", "self", "ospf1"}),
        Prints(ContainsRegex(" ([5-9]|[1-9][0-9]+) +[0-9a-f]{4}\n")), 45s);
  }

  std::vector<Daemon*> birds = {};
};

TEST_F(BirdOspf, EveryRouterKnowsEveryNetwork) {
  EXPECT_EVENTUALLY(r1.routes(), AllOf(Contains(AllOf(To("10.0.0.2"), Dev("eth12"), Proto("bird"))),
                                       Contains(AllOf(To("10.0.0.4"), Dev("eth14"), Proto("bird"))),
                                       Contains(AllOf(To("10.0.23.0/24"), Dev("eth12"))),
                                       Contains(AllOf(To("10.0.34.0/24"), Dev("eth14")))));
  EXPECT_EVENTUALLY(r1.routes({.family = Family::kIpv6}),
                    AllOf(Contains(AllOf(To("fd00::2"), Dev("eth12"), Proto("bird"))),
                          Contains(AllOf(To("fd00::4"), Dev("eth14"), Proto("bird"))),
                          Contains(AllOf(To("fd23::/64"), Dev("eth12"))),
                          Contains(AllOf(To("fd34::/64"), Dev("eth14")))));
  EXPECT_REACHABILITY(lab, Reachability::all());
}

// BFD gives up a neighbour after 5 × 100 ms; OSPF counts anew when its tick comes, once a second. 1.5 s
// more are the machine's, however busy: BIRD has to get a processor, and the kernel its routes. (OSPF alone: 20 s.)
TEST_F(BirdOspf, TrafficGoesRoundAWireThatLosesEverythingInSilence) {
  wait_until_r1_is_steady();
  ASSERT_THAT(r1.route_to("10.0.0.3"), Dev("eth12"));
  const StreamReport stream = r1.stream("10.0.0.3", [&] {
    w12.drop_all();
    EXPECT_EVENTUALLY(r1.route_to("10.0.0.3"), Dev("eth14"));
  });
  EXPECT_THAT(stream, LongestGap(AllOf(Gt(200ms), Lt(500ms + 1s + 1500ms))));
  EXPECT_EVENTUALLY(r1.ping("fd00::3"), Replies(), 45s);
}

// The kernel tells: no timer but OSPF's tick.
TEST_F(BirdOspf, ACableThatIsPulledIsNoticedAtTheNextTick) {
  wait_until_r1_is_steady();
  const StreamReport stream = r1.stream("10.0.0.3", [&] {
    w12.set_down();
    EXPECT_EVENTUALLY(r1.route_to("10.0.0.3"), Dev("eth14"));
  });
  EXPECT_THAT(stream, LongestGap(AllOf(Gt(0ms), Lt(1s + 1500ms))));
}

// r1 and r2 talk by way of r4 and r3, and then directly. Each changes over when it likes: the other two
// know one way only to either address, whatever the wire does, so that nothing goes round in circles.
TEST_F(BirdOspf, APluggedInCableIsUsedAgainAndNothingIsLost) {
  w12.set_down();
  ASSERT_EVENTUALLY(r1.ping("10.0.0.2", {.src = "10.0.14.1"}), AllOf(Replies(), Ttl(62)), 45s);
  const StreamReport stream =
      r1.stream("10.0.0.2",
                [&] {
                  w12.set_up();
                  EXPECT_EVENTUALLY(r1.route_to("10.0.0.2"), Dev("eth12"), 45s);
                  EXPECT_EVENTUALLY(r2.route_to("10.0.14.1"), Dev("eth12"), 45s);
                },
                {.src = "10.0.14.1"});
  EXPECT_THAT(stream, AllOf(Lost(0), TtlChanges(ElementsAre(AllOf(From(62), To(64))))));
}

TEST_F(BirdOspf, ToldToStopTheyTakeTheirRoutesAlong) {
  EXPECT_THAT(r1.routes(), Contains(Proto("bird")));
  EXPECT_THAT(birds.front()->stop(), Exits(0));
  EXPECT_EVENTUALLY(r1.routes(), Not(Contains(Proto("bird"))));
}

}  // namespace
