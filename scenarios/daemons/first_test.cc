#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

constexpr auto kConfig = R"(
protocol device {}
protocol direct { ipv4; interface "lo"; }
protocol kernel { ipv4 { export where source = RTS_RIP; }; }
protocol rip { ipv4 { export all; }; interface "eth0" { update time 1; }; }
)";

Daemon& start_bird(Node& node) {
  node.write_file("/etc/bird/bird.conf", kConfig);  // this node's alone
  return node.spawn({"bird", "-f"}, {.ready = listens_on_udp(520)});
}

TEST(Rip, InstallsWhatItsNeighbourAnnounces) {
  needs_program("bird", "bird2");
  Lab lab;
  const NodeOptions router{.forwarding = true, .private_dirs = {"/etc/bird", "/run/bird"}};
  Node& r1 = lab.add_node("r1", router);
  Node& r2 = lab.add_node("r2", router);
  lab.connect({r1, "eth0", "10.0.12.1/24"}, {r2, "eth0", "10.0.12.2/24"});
  r2.add_address("lo", "10.2.0.1/24");

  Daemon& bird = start_bird(r1);
  start_bird(r2);
  EXPECT_EVENTUALLY(r1.routes(), Contains(AllOf(To("10.2.0.0/24"), Via("10.0.12.2"))));
  EXPECT_REACHABLE(r1, "10.2.0.1");

  EXPECT_THAT(bird.stop(), Exits(0));
  EXPECT_THAT(r1.routes(), Not(Contains(Proto("bird"))));
}
