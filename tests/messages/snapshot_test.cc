// What is said of programs' results and of a network that is not as it was.
#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;

namespace {

template <class T>
std::string why_not(const T& value, const Matcher<const T&>& matcher) {
  StringMatchResultListener listener;
  return matcher.MatchAndExplain(value, &listener) ? "passes" : listener.str();
}

TEST(Snapshot, IsUnchangedByTraffic) {
  PairNet net;
  const Snapshot before = net.a.snapshot();
  EXPECT_REACHABLE(net.a, net.b);
  EXPECT_THAT(net.a.snapshot(), IsUnchangedSince(before));
}

TEST(Snapshot, TellsWhatIsGoneAndWhatIsNewUnderItsCommand) {
  PairNet net;
  const Snapshot before = net.a.snapshot();
  net.a.add_address("lo", "10.7.0.1/32");
  net.a.delete_address("eth0", "fd00::1/64");
  net.a.add_rule({.priority = 77, .table = 100});
  net.a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  net.a.shell("iptables -A INPUT -s 192.0.2.1 -j DROP");
  const std::string text = why_not(net.a.snapshot(), IsUnchangedSince(before));
  EXPECT_THAT(text, StartsWith("which differs:\n# ip -oneline address\n"
                               "+ 1: lo    inet 10.7.0.1/32 scope global lo valid_lft forever "
                               "preferred_lft forever\n"
                               "- 101: eth0    inet6 fd00::1/64 scope global valid_lft forever "
                               "preferred_lft forever\n"
                               "# ip route show table all\n"
                               "+ local 10.7.0.1 dev lo table local proto kernel scope host src "
                               "10.7.0.1\n"
                               "# ip -6 route show table all\n"));
  EXPECT_THAT(text, HasSubstr("\n# ip rule\n+ 77:\tfrom all lookup 100\n"
                              "# ip neighbour show nud permanent\n"
                              "+ 10.0.0.9 dev eth0 lladdr 02:00:00:00:00:99 PERMANENT\n"));
  EXPECT_THAT(text, HasSubstr("\n+ -A INPUT -s 192.0.2.1/32 -j DROP"));
}

TEST(Snapshot, OfNothingPrintsItsSections) {
  Lab lab;
  const Node& node = lab.add_node("a", {.loopback = false});
  EXPECT_THAT(
      node.snapshot().text,
      StartsWith("# ip link\n1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN mode DEFAULT "
                 "group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd "
                 "00:00:00:00:00:00\n# ip -oneline address\n# ip route show table all\n"
                 "# ip -6 route show table all\n# ip rule\n"));
}

TEST(ProgramMatchers, PassAndFailWithTheResult) {
  const ProgramResult good{.exit_code = 0, .out = "eth0\n"};
  const ProgramResult bad{.exit_code = 2, .err = "no\n"};
  EXPECT_THAT(good, AllOf(Succeeds(), Exits(0), Prints("eth0\n"), Complains("")));
  EXPECT_THAT(bad, AllOf(Not(Succeeds()), Exits(Ne(0)), Complains(StartsWith("no"))));
  EXPECT_THAT((ProgramResult{.signal = 9}), AllOf(Not(Succeeds()), Not(Exits(_))));
  EXPECT_EQ(DescribeMatcher<const ProgramResult&>(Succeeds()), "succeeds (exit status 0)");
  EXPECT_EQ(why_not<ProgramResult>(bad, Exits(0)), "which has exit status 2");
  EXPECT_EQ(why_not<ProgramResult>(bad, Prints("x")), "which has no stdout");
  EXPECT_EQ(why_not<ProgramResult>({.signal = 9}, Exits(0)), "which has no exit status");
}

}  // namespace
