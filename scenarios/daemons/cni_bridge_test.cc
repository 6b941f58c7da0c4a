// The CNI project's own plugins (bridge with host-local addresses, portmap, firewall), as a container
// runtime calls them: two pods on a host, the world behind it.
//
//     pod1 eth0 ──┐
//                 cni0 host wan 203.0.113.1/24 ───────── 203.0.113.2/24 eth0 world
//     pod2 eth0 ──┘    10.22.0.1/16
#include <vethlab/vethlab.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

using namespace testing;
using namespace vethlab;

namespace {

constexpr auto kBridge = R"("cniVersion": "1.0.0", "name": "pods", "type": "bridge",
  "bridge": "cni0", "isGateway": true, "ipMasq": true,
  "ipam": {"type": "host-local", "subnet": "10.22.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]})";
constexpr auto kPortmap = R"("cniVersion": "1.0.0", "name": "pods", "type": "portmap",
  "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]})";
constexpr auto kFirewall = R"("cniVersion": "1.0.0", "name": "pods", "type": "firewall",
  "backend": "iptables")";

class CniBridge : public Test {
 protected:
  void SetUp() override {
    needs_program("/usr/lib/cni/bridge", "containernetworking-plugins");
    needs_program("iptables", "iptables");
  }

  // One plugin: its configuration on stdin, the rest in the environment; its answer is the result.
  [[nodiscard]] ProgramResult plugin(const std::string& type, const std::string& command,
                                     const Node& pod, const std::string& config,
                                     const std::string& previous) const {
    return host.exec(
        {"/usr/lib/cni/" + type},
        {.input = "{" + config + (previous.empty() ? "" : ", \"prevResult\": " + previous) + "}",
         .env = {{"CNI_COMMAND", command},
                 {"CNI_CONTAINERID", pod.name()},
                 {"CNI_NETNS", pod.netns_path()},
                 {"CNI_IFNAME", "eth0"},
                 {"CNI_PATH", "/usr/lib/cni"}}});
  }

  // A runtime's chain: each plugin gets what the one before has answered, DEL in reverse.
  std::string add(const Node& pod) {
    std::string result;
    for (const auto& [type, config] : chain_) {
      const ProgramResult one = plugin(type, "ADD", pod, config, result);
      EXPECT_THAT(one, Succeeds()) << type;
      result = one.out;
    }
    return result;
  }
  void del(const Node& pod, const std::string& result = {}) {
    for (auto each = chain_.rbegin(); each != chain_.rend(); ++each)
      EXPECT_THAT(plugin(each->first, "DEL", pod, each->second, result), Succeeds()) << each->first;
  }

  std::vector<std::pair<std::string, std::string>> chain_ = {{"bridge", kBridge}};

  Lab lab;
  Node& host = lab.add_node("host", {.private_dirs = {"/var/lib/cni"}});
  Node& pod1 = lab.add_node("pod1");
  Node& pod2 = lab.add_node("pod2");
  Node& world = lab.add_node("world");
  Wire& wire = lab.connect({host, "wan", "203.0.113.1/24"}, {world, "eth0", "203.0.113.2/24"});
};

TEST_F(CniBridge, Before_APodHasItsLoopbackAlone) {
  EXPECT_THAT(pod1.links(), ElementsAre(Named("lo")));
  EXPECT_UNREACHABLE(pod1, "203.0.113.2", FailsWith(ENETUNREACH));
}

TEST_F(CniBridge, AddGivesAPodAnAddressAndARoute) {
  add(pod1);
  EXPECT_THAT(pod1.addresses(), Contains(AllOf(Inet("10.22.0.2/16"), Dev("eth0"))));
  EXPECT_THAT(pod1.routes(), Contains(AllOf(To("default"), Via("10.22.0.1"), Dev("eth0"))));
  EXPECT_THAT(host.links(), Contains(AllOf(Named("cni0"), IsUp())));
}

TEST_F(CniBridge, PodsReachEachOtherAndTheHost) {
  add(pod1);
  add(pod2);
  EXPECT_EVENTUALLY(pod1.ping(pod2), Replies());
  EXPECT_REACHABLE(pod1, pod2);
  EXPECT_REACHABLE(pod2, pod1);
  EXPECT_REACHABLE(pod1, "10.22.0.1");
}

TEST_F(CniBridge, APodReachesTheWorldWithTheHostsAddress) {
  Server& server = world.serve_echo(7);
  add(pod1);
  EXPECT_REACHABLE(pod1, tcp_to(world, 7));
  EXPECT_THAT(server.clients(), Each(Field(&ClientAddress::address, IpAddress("203.0.113.1"))));
}

TEST_F(CniBridge, APublishedPortIsThePods) {
  chain_.emplace_back("portmap", kPortmap);
  const std::string result = add(pod1);
  pod1.serve_http(80, "from the pod");
  EXPECT_REACHABLE(world, tcp_to("203.0.113.1", 8080));
  del(pod1, result);
  EXPECT_UNREACHABLE(world, tcp_to("203.0.113.1", 8080), FailsWith(ECONNREFUSED));
}

TEST_F(CniBridge, TheFirewallPluginLetsAPodThroughAHostThatForwardsNothing) {
  host.iptables("-P FORWARD DROP");
  add(pod1);
  EXPECT_UNREACHABLE(pod1, "203.0.113.2", GetsNoAnswer());
  del(pod1);
  chain_.emplace_back("firewall", kFirewall);
  add(pod1);
  EXPECT_REACHABLE(pod1, "203.0.113.2");
}

TEST_F(CniBridge, DelLeavesNothingBehindAlsoTheSecondTime) {
  add(pod2);  // what all pods share: cni0 and its rules
  const Snapshot host_before = host.snapshot();
  const Snapshot pod_before = pod1.snapshot();
  const std::string result = add(pod1);
  EXPECT_THAT(host.snapshot(), Not(IsUnchangedSince(host_before)));
  del(pod1, result);
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(host_before));
  EXPECT_THAT(pod1.snapshot(), IsUnchangedSince(pod_before));
  del(pod1, result);
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(host_before));
}

// A runtime that crashes in the middle of an ADD sends a DEL, and knows of no result.
class CniKilled : public CniBridge, public WithParamInterface<int> {};

TEST_P(CniKilled, DelLeavesNothingBehindOfAnAddThatWasKilled) {
  add(pod2);
  ASSERT_EVENTUALLY(host.addresses(),
                    AllOf(Contains(AllOf(Dev(StartsWith("veth")), Scope("link"))),
                          Each(Not(IsTentative()))));  // else it changes by itself
  const Snapshot host_before = host.snapshot();
  const Snapshot pod_before = pod1.snapshot();
  (void)host.exec({"/usr/lib/cni/bridge"}, {.input = std::string("{") + kBridge + "}",
                                            .env = {{"CNI_COMMAND", "ADD"},
                                                    {"CNI_CONTAINERID", "pod1"},
                                                    {"CNI_NETNS", pod1.netns_path()},
                                                    {"CNI_IFNAME", "eth0"},
                                                    {"CNI_PATH", "/usr/lib/cni"}},
                                            .timeout = std::chrono::milliseconds(GetParam())});
  // It may fail: where the chain was not made yet, 1.1.1 complains of that when all else is gone.
  (void)plugin("bridge", "DEL", pod1, kBridge, "");
  EXPECT_THAT(pod1.snapshot(), IsUnchangedSince(pod_before));
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(host_before));
  add(pod1);
  EXPECT_REACHABLE(pod1, "10.22.0.1");
}
INSTANTIATE_TEST_SUITE_P(AfterMilliseconds, CniKilled, Values(1, 2, 5, 10, 20, 50));

}  // namespace
