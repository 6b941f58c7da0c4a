// What tc drops: its filters, as a packet comes in or is to leave, and queueing disciplines.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct TrafficControlFault : Line {
  // False where this kernel has not what it takes: the test is skipped.
  static bool tc(Node& node, const std::string& arguments) {
    const auto tried = node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin exec tc " + arguments});
    if (tried.exit_code == 0) return true;
    [&] {
      if (Matches(ContainsRegex("module|not found|unknown"))(tried.err))
        GTEST_SKIP() << "not in this kernel: tc " << arguments << ": " << tried.err;
      FAIL() << "tc " << arguments << ": " << tried.err;
    }();
    return false;
  }
  // A program that says TC_ACT_SHOT, for which no action needs to be there.
  static constexpr const char* kDropAll = " bpf bytecode '1,6 0 0 2' direct-action";
};

TEST_F(TrafficControlFault, FilterWhereItComesInAtTheRouter) {
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r, std::string("filter add dev eth0 ingress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "r drops it as it comes in on eth0: tc's filter \"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterWhereItIsToLeaveTheRouter) {
  if (!tc(r, "qdisc add dev eth1 clsact")) return;
  if (!tc(r, std::string("filter add dev eth1 egress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "r drops it as it is to leave by eth1: tc's filter \"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterWhereItComesInAtTheServer) {
  if (!tc(b, "qdisc add dev eth0 ingress")) return;
  if (!tc(b, std::string("filter add dev eth0 ingress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "b drops it as it comes in on eth0: tc's filter \"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterOfTheAnswerWhereItIsToLeave) {
  if (!tc(b, "qdisc add dev eth0 clsact")) return;
  if (!tc(b, std::string("filter add dev eth0 egress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "b took it in and cannot answer: b drops it as it is to leave by eth0: tc's filter "
            "\"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterOfTheAnswerWhereItComesHome) {
  if (!tc(a, "qdisc add dev eth0 clsact")) return;
  if (!tc(a, std::string("filter add dev eth0 ingress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "a drops it as it comes in on eth0: tc's filter \"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterAtTheSource) {
  if (!tc(a, "qdisc add dev eth0 clsact")) return;
  if (!tc(a, std::string("filter add dev eth0 egress protocol all pref 5") + kDropAll)) return;
  EXPECT_EQ(fault_of(),
            "a drops it as it is to leave by eth0: tc's filter \"protocol all pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterOfArp) {
  // Else b asks for r in the end, of which r learns its address: it asks no more, and there is no fault.
  b.set_sysctl("net.ipv6.conf.eth0.disable_ipv6", "1");
  b.shell("ip neighbour replace 10.0.2.1 dev eth0 lladdr " + r.link("eth1").mac + " nud permanent");
  if (!tc(b, "qdisc add dev eth0 clsact")) return;
  if (!tc(b, std::string("filter add dev eth0 ingress protocol arp pref 5") + kDropAll)) return;
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r asks on eth1 for 10.0.2.2: b drops it as it comes in on eth0: tc's filter "
            "\"protocol arp pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterOfIpv6) {
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r, std::string("filter add dev eth0 ingress protocol ipv6 pref 5") + kDropAll)) return;
  a.shell("ip -6 neighbour replace fd00:1::1 lladdr " + r.link("eth0").mac + " dev eth0");
  EXPECT_EQ(fault_of6(),
            "r drops it as it comes in on eth0: tc's filter \"protocol ipv6 pref 5 bpf\"");
}

TEST_F(TrafficControlFault, FilterWithAnActionAmongOthers) {
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r,
          "filter add dev eth0 ingress protocol ip pref 5 u32 match ip dst 10.0.2.7 action drop"))
    return;
  tc(r, "filter add dev eth0 ingress protocol ip pref 6 u32 match ip dst 10.0.2.2 action drop");
  EXPECT_EQ(fault_of(),
            "r drops it as it comes in on eth0: tc's filter \"protocol ip pref 6 u32\"");
}

TEST_F(TrafficControlFault, MatchallThatDrops) {
  if (!tc(r, "qdisc add dev eth1 clsact")) return;
  if (!tc(r, "filter add dev eth1 egress pref 9 matchall action drop")) return;
  EXPECT_EQ(fault_of(),
            "r drops it as it is to leave by eth1: tc's filter \"protocol all pref 9 matchall\"");
}

// Which one it is, these do not count.
TEST_F(TrafficControlFault, OneOfSeveralFiltersThatDecideThemselves) {
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r,
          "filter add dev eth0 ingress protocol ip pref 5 bpf bytecode '1,6 0 0 4294967295' "
          "direct-action"))
    return;
  tc(r, std::string("filter add dev eth0 ingress protocol ip pref 6") + kDropAll);
  EXPECT_EQ(fault_of(),
            "r drops it as it comes in on eth0: one of tc's filters \"protocol ip pref 5 bpf\", "
            "\"protocol ip pref 6 bpf\"");
}

TEST_F(TrafficControlFault, FilterOfThePortOfASwitch) {
  Node& sw = lab.add_switch("sw");
  Node& c = lab.add_node("c");
  lab.connect({a, "eth1", "10.0.3.1/24"}, {sw, "port0"});
  lab.connect({c, "eth0", "10.0.3.2/24"}, {sw, "port1"});
  ASSERT_REACHABLE(a, "10.0.3.2");
  if (!tc(sw, "qdisc add dev port1 clsact")) return;
  if (!tc(sw, std::string("filter add dev port1 egress protocol ip pref 5") + kDropAll)) return;
  EXPECT_EQ(why(reaches(a, "10.0.3.2", kShort)),
            "sw drops it as it is to leave by port1: tc's filter \"protocol ip pref 5 bpf\"");
}

TEST_F(TrafficControlFault, QueueOfNoLength) {
  if (!tc(r, "qdisc add dev eth1 root pfifo limit 0")) return;
  EXPECT_EQ(fault_of(), "r's eth1 was to send it, and its qdisc pfifo drops it");
}

TEST_F(TrafficControlFault, BucketSmallerThanAPacket) {
  if (!tc(r, "qdisc add dev eth1 root tbf rate 8kbit burst 20b limit 1b")) return;
  EXPECT_EQ(fault_of(), "r's eth1 was to send it, and its qdisc tbf drops it");
}

TEST_F(TrafficControlFault, LossOfAll) {
  if (!tc(r, "qdisc add dev eth1 root netem loss 100%")) return;
  EXPECT_EQ(fault_of(), "r's eth1 was to send it, and its qdisc netem drops it");
}

TEST_F(TrafficControlFault, DelayLongerThanTheProbe) {
  if (!tc(r, "qdisc add dev eth1 root netem delay 20s")) return;
  EXPECT_EQ(
      fault_of(),
      "r's eth1 was to send it, and its qdisc netem keeps it for longer than the probe waits");
}

// It holds what passes, and gives it on in time; what is dropped is dropped behind it.
TEST_F(TrafficControlFault, DelayIsNotToBlame) {
  if (!tc(r, "qdisc add dev eth1 root netem delay 300ms")) return;
  ASSERT_REACHABLE(a, b);
  b.drop("icmp type echo-request");
  EXPECT_EQ(fault_of({}),
            "b's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
            "table inet vethlab");
}

// clsact counts what filters drop, and not on which way: the filter of what comes in is not to blame. (It is the
// answer that is dropped, which nobody sees.)
TEST_F(TrafficControlFault, FilterOfTheOtherWayIsNotToBlame) {
  if (!tc(b, "qdisc add dev eth0 clsact")) return;
  if (!tc(b,
          "filter add dev eth0 ingress protocol ip pref 5 bpf bytecode '1,6 0 0 4294967295' "
          "direct-action"))
    return;
  tc(b, std::string("filter add dev eth0 egress protocol ip pref 5") + kDropAll);
  EXPECT_THAT(fault_of(), StartsWith("the packet was last seen coming in at b's eth0; what is"));
}

// Others' packets are dropped there all the time, and this one is not.
TEST_F(TrafficControlFault, FilterOfOthersPacketsIsNotToBlame) {
  const std::string to_nobody =
      "4,32 0 0 30,21 0 1 167772681,6 0 0 2,6 0 0 4294967295";  // 10.0.2.9
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r, "filter add dev eth0 ingress protocol ip pref 5 bpf bytecode '" + to_nobody +
                 "' direct-action"))
    return;
  a.spawn({"ping", "-q", "-i", "0.02", "10.0.2.9"});
  ASSERT_REACHABLE(a, b);
  r.drop("ip daddr 10.0.2.2", {.hook = FilterHook::kForward});
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain forward of "
            "table inet vethlab");
}

TEST_F(TrafficControlFault, FilterThatPassesAllIsNotToBlame) {
  if (!tc(r, "qdisc add dev eth0 clsact")) return;
  if (!tc(r,
          "filter add dev eth0 ingress protocol ip pref 5 bpf bytecode '1,6 0 0 4294967295' "
          "direct-action"))
    return;
  ASSERT_REACHABLE(a, b);
  r.drop("ip daddr 10.0.2.2", {.hook = FilterHook::kForward});
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain forward of "
            "table inet vethlab");
}

}  // namespace
