// What EXPECT_REACHABILITY says when it fails.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

#include <functional>
#include <regex>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

std::string text_of(Lab& lab, const Reachability& expected) {
  const AssertionResult result = has_reachability(lab, expected, {.timeout = 100ms});
  if (result) return "passes";
  return std::regex_replace(result.message(), std::regex("rtt [0-9]+ us"), "rtt T us");
}

TEST(ReachabilityMatrix, ShowsWhoDoesNotReachWhom) {
  StarNet net;
  net.host(3).shell("ip6tables -A INPUT -s fd00::1 -j DROP");
  EXPECT_EQ(text_of(net.lab, Reachability::all()),
            "Expected: each of 3 nodes reaches each other\n"
            "  Actual: 2 of 12 probes went otherwise\n"
            "        h1  h2  h3\n"
            "    h1      ..  .X\n"
            "    h2  ..      ..\n"
            "    h3  .X  ..\n"
            "    (from row to column, IPv4, then IPv6: . is reached; - is not, as expected; X is "
            "wrong)\n"
            "  h1 -> h3 (IPv6): expected that it is answered, got: 0 of 1 echo to h3 (fd00::3) "
            "answered, no answer in 0.1 s\n"
            "      Why: h3's firewall drops it: rule \"ip6 saddr fd00::1 counter drop\" in chain "
            "INPUT of table ip6 filter\n"
            "  h3 -> h1 (IPv6): expected that it is answered, got: 0 of 1 echo to h1 (fd00::1) "
            "answered, no answer in 0.1 s\n"
            "      Why: h3 asks on eth0 for fd00::1, and h3's firewall drops the answer: rule "
            "\"ip6 saddr "
            "fd00::1 counter drop\" in chain INPUT of table ip6 filter");
}

TEST(ReachabilityMatrix, ShowsWhoReachesWhomAgainstExpectation) {
  LineNet net;
  EXPECT_EQ(text_of(net.lab, Reachability::all()
                                 .except(net.a, net.b, GetsNoAnswer())
                                 .only(Family::kIpv4)
                                 .among({net.a, net.b})),
            "Expected: each of 2 nodes reaches each other, with 1 exception\n"
            "  Actual: 1 of 2 probes went otherwise\n"
            "       a  b\n"
            "    a     X\n"
            "    b  .\n"
            "    (from row to column, IPv4: . is reached; - is not, as expected; X is wrong)\n"
            "  a -> b (IPv4): expected that it gets no answer at all, got: 1 of 1 echo to b "
            "(10.0.2.2) answered, ttl 63, rtt T us");
}

TEST(ReachabilityMatrix, ShowsEachMeansOfAskingInTurn) {
  PairNet net;
  net.a.serve_echo(7);
  EXPECT_EQ(
      text_of(net.lab, Reachability::all().icmp().tcp(7).only(Family::kIpv4)),
      "Expected: each of 2 nodes reaches each other\n"
      "  Actual: 1 of 4 probes went otherwise\n"
      "       a   b\n"
      "    a      .X\n"
      "    b  ..\n"
      "    (from row to column, IPv4, then tcp port 7 in IPv4: . is reached; - is not, as "
      "expected; X is wrong)\n"
      "  a -> b (tcp port 7 in IPv4): expected that it is answered, got: 0 of 1 connection to "
      "tcp port 7 of b (10.0.0.2) made, ECONNREFUSED (Connection refused): a reset came "
      "back\n      Why: nobody in b listens on TCP port 7");
}

TEST(ReachabilityMatrix, SaysWhoAnsweredInstead) {
  LineNet net;
  net.r.add_address("lo", "10.0.2.2/32");
  EXPECT_THAT(
      text_of(net.lab, Reachability::all().among({net.a, net.b}).only(Family::kIpv4)),
      HasSubstr("\n  a -> b (IPv4): expected that it is answered, got: 1 of 1 echo to b (10.0.2.2) "
                "answered by r, which is not where it was meant for, "));
}

TEST(ReachabilityMatrix, OfNoneSaysWhatWasExpected) {
  PairNet net;
  net.b.drop("icmp type echo-request");
  EXPECT_EQ(
      text_of(net.lab, Reachability::none(GetsNoAnswer())
                           .except(net.b, net.a)
                           .only(Family::kIpv4)
                           .except(net.a, net.b, FailsWith(ENETUNREACH))),
      "Expected: none of 2 nodes reaches another: the probe gets no answer at all, with 2 "
      "exceptions\n"
      "  Actual: 1 of 2 probes went otherwise\n"
      "       a  b\n"
      "    a     X\n"
      "    b  .\n"
      "    (from row to column, IPv4: . is reached; - is not, as expected; X is wrong)\n"
      "  a -> b (IPv4): expected that it fails at once with ENETUNREACH (Network is "
      "unreachable), got: 0 of 1 echo to b (10.0.0.2) answered, no answer in 0.1 s\n      "
      "Why: b's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
      "table inet vethlab");
}

TEST(ReachabilityMatrix, ListsTwentyOfManyThatAreWrong) {
  StarNet net(6);
  for (Node* host : net.hosts) host->set_down("eth0");
  const std::string text = text_of(net.lab, Reachability::all().only(Family::kIpv4));
  EXPECT_THAT(text, HasSubstr("Actual: 30 of 30 probes went otherwise\n"
                              "        h1  h2  h3  h4  h5  h6\n"
                              "    h1      X   X   X   X   X\n"));
  EXPECT_THAT(text, EndsWith("\n  … 10 more"));
  EXPECT_THAT(text, HasSubstr("Why: h1's eth0, which is on 10.0.0.0/16, is down"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 31);
}

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const std::invalid_argument& error) {
    return std::regex_replace(error.what(), std::regex("_test.cc:[0-9]+: "), ": ");
  }
  return "(taken)";
}

TEST(ReachabilityMatrix, NamesWhatIsWrongWithIt) {
  StarNet net;
  PairNet other;
  Node& a = net.host(1);
  Node& b = net.host(2);
  const auto try_it = [&](const Reachability& expected) {
    return refusal([&] { (void)has_reachability(net.lab, expected); });
  };
  EXPECT_EQ(refusal([&] { Reachability::all().except(a, b); }),
            "reachability_matrix: except(h1, h2): all are reached: say why this one is not, as in "
            "except(h1, h2, GetsNoAnswer())");
  EXPECT_EQ(
      refusal([&] { Reachability::all().except(a, b, GetsNoAnswer()).except(a, b, FailsWith(1)); }),
      "reachability_matrix: except(h1, h2): that pair is excepted already");
  EXPECT_EQ(refusal([&] { Reachability::all().except(a, a, GetsNoAnswer()); }),
            "reachability_matrix: except(h1, h1): a node is not asked for itself");
  EXPECT_EQ(try_it(Reachability::all().except(a, other.b, GetsNoAnswer())),
            "reachability_matrix: EXPECT_REACHABILITY: node b is not of this lab");
  EXPECT_EQ(try_it(Reachability::all().among({a, net.sw})),
            "reachability_matrix: EXPECT_REACHABILITY: among: sw has no address");
  EXPECT_EQ(try_it(Reachability::all().except(a, net.sw, GetsNoAnswer())),
            "reachability_matrix: EXPECT_REACHABILITY: except(h1, sw): not asked, as the two have "
            "no addresses of one family, or are not among the nodes");
  EXPECT_EQ(try_it(Reachability::all().among({a})),
            "reachability_matrix: EXPECT_REACHABILITY: there are no two nodes with addresses of "
            "one family");
}

}  // namespace
