// A CNI plugin: a program that is told its network by environment and JSON and must leave nothing
// behind.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kConf = R"({"cniVersion":"1.0.0","name":"net","type":"bridge",
  "bridge":"cni0","isGateway":true,"ipMasq":true,
  "ipam":{"type":"host-local","subnet":"10.22.0.0/16","routes":[{"dst":"0.0.0.0/0"}]}})";

struct Machine {
  Lab lab;
  Node& host = lab.add_node("host", {.forwarding = true, .private_dirs = {"/var/lib/cni"}});
  Node& pod1 = lab.add_node("pod1");
  Node& pod2 = lab.add_node("pod2");
  Node& world = lab.add_node("world");
  Wire& uplink = lab.connect({host, "eth0", "10.0.2.15/24"}, {world, "eth0", "10.0.2.2/24"});

  ProgramResult plugin(std::string_view command, const Node& pod,
                       std::chrono::milliseconds timeout = 10s) const {
    return host.exec({"/usr/lib/cni/bridge"}, {.input = std::string(kConf),
                                               .env = {{"CNI_COMMAND", std::string(command)},
                                                       {"CNI_CONTAINERID", pod.name()},
                                                       {"CNI_NETNS", pod.netns_path()},
                                                       {"CNI_IFNAME", "eth0"},
                                                       {"CNI_PATH", "/usr/lib/cni"}},
                                               .timeout = timeout});
  }
};

class Cni : public Test, protected Machine {
  void SetUp() override {
    needs_program("/usr/lib/cni/bridge", "containernetworking-plugins");
    needs_program("iptables", "iptables");
  }

 protected:
  // The bridge is all pods', and stays when one goes.
  void add_another_pod() const {
    ASSERT_THAT(plugin("ADD", pod2), Succeeds());
    ASSERT_EVENTUALLY(host.addresses(),
                      AllOf(Contains(AllOf(Dev(StartsWith("veth")), Scope("link"))),
                            Each(Not(IsTentative()))));  // else it changes by itself
  }
};

TEST_F(Cni, AddGivesThePodAnAddressARouteAndTheWorld) {
  ASSERT_THAT(plugin("ADD", pod1), AllOf(Succeeds(), Prints(HasSubstr("10.22.0.2/16"))));

  EXPECT_THAT(pod1.addresses(), Contains(AllOf(Inet("10.22.0.2/16"), Dev("eth0"))));
  EXPECT_THAT(pod1.routes(),
              UnorderedElementsAre(AllOf(To("default"), Via("10.22.0.1")),
                                   AllOf(To("10.22.0.0/16"), Dev("eth0"), Proto("kernel"))));
  EXPECT_THAT(host.links(), Contains(AllOf(Named(StartsWith("veth")), Master("cni0"), IsUp())));
  EXPECT_REACHABLE(pod1, world);
}

TEST_F(Cni, PodsReachEachOtherAndAreMasqueradedOutside) {
  ASSERT_THAT(plugin("ADD", pod1), Succeeds());
  ASSERT_THAT(plugin("ADD", pod2), Succeeds());
  Capture& seen = world.capture("eth0", "icmp");
  EXPECT_REACHABLE(pod1, pod2);
  EXPECT_REACHABLE(pod1, world);
  EXPECT_THAT(seen.packets(), Contains(Src("10.0.2.15")));
  EXPECT_THAT(seen.packets(), Not(Contains(Src("10.22.0.2"))));
}

TEST_F(Cni, DelTwiceIsFineAndLeavesNothing) {
  add_another_pod();
  const Snapshot before = host.snapshot();
  ASSERT_THAT(plugin("ADD", pod1), Succeeds());
  EXPECT_THAT(plugin("DEL", pod1), Succeeds());
  EXPECT_THAT(plugin("DEL", pod1), Succeeds());
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(before));
  EXPECT_THAT(pod1.links(), ElementsAre(Named("lo")));
}

class CniKilled : public Cni, public WithParamInterface<int> {};
TEST_P(CniKilled, DelCleansUpAnAddThatWasKilledHalfWay) {
  add_another_pod();
  const Snapshot before = host.snapshot();
  (void)plugin("ADD", pod1, std::chrono::milliseconds(GetParam()));
  (void)plugin("DEL", pod1);  // 1.1.1 may complain of a chain that was not made yet
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(before));
}
INSTANTIATE_TEST_SUITE_P(AfterMilliseconds, CniKilled, Values(1, 2, 5, 10, 20, 50));

TEST_F(Cni, SaysWhichNamespaceIsMissing) {
  host.shell("ip netns del pod2");
  EXPECT_THAT(plugin("ADD", pod2), AllOf(Exits(Ne(0)), Prints(HasSubstr("/run/netns/pod2"))));
}

TEST_F(Cni, PublishesThePort) {
  ASSERT_THAT(plugin("ADD", pod1), Succeeds());
  pod1.serve_http(8080, "hello");
  host.publish(80, "10.22.0.2:8080");
  EXPECT_REACHABLE(world, tcp_to("10.0.2.15", 80));
  EXPECT_UNREACHABLE(world, tcp_to("10.0.2.15", 81), FailsWith(ECONNREFUSED));
}

}  // namespace
