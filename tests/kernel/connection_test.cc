// Tracked connections as values: what NAT has done to them.
#include <vethlab/fixtures/line.h>

#include <netinet/in.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class ConnectionTest : public LineTest {};

TEST_F(ConnectionTest, IsNotTrackedWhereNoRuleNeedsIt) {
  ASSERT_REACHABLE(a, b);
  EXPECT_THAT(r.connections(), IsEmpty());
}

TEST_F(ConnectionTest, OfAMasqueradedClientHasBothAddresses) {
  b.serve_echo(7);
  r.masquerade("eth1");
  ASSERT_REACHABLE(a, udp_to("10.0.2.2", 7));
  ASSERT_REACHABLE(a, udp_to("fd00:2::2", 7));
  EXPECT_THAT(
      r.connections(),
      UnorderedElementsAre(
          AllOf(
              Protocol(IPPROTO_UDP), State(""),
              Original(AllOf(Src("10.0.1.2"), Dst("10.0.2.2"), DstPort(7), SrcPort(Ne(0)))),
              Reply(AllOf(Src("10.0.2.2"), Dst("10.0.2.1"), SrcPort(7))),
              Status(AllOf(Contains("SRC_NAT"), Contains("SEEN_REPLY"), Not(Contains("DST_NAT")))),
              Timeout(AllOf(Gt(0s), Le(180s))), Mark(0u)),
          AllOf(Original(Src("fd00:1::2")), Reply(Dst("fd00:2::1")))));
}

TEST_F(ConnectionTest, OfATcpServiceHasItsState) {
  Server& web = a.serve_http(5000, "hello");
  r.publish(80, "10.0.1.2:5000");
  ASSERT_REACHABLE(b, tcp_to("10.0.2.1", 80));
  ASSERT_THAT(web.clients(), SizeIs(1));
  EXPECT_THAT(r.connections(), ElementsAre(AllOf(Protocol(IPPROTO_TCP), State(Not("")),
                                                 Original(AllOf(Dst("10.0.2.1"), DstPort(80))),
                                                 Reply(AllOf(Src("10.0.1.2"), SrcPort(5000))),
                                                 Status(Contains("DST_NAT")))));
}

TEST_F(ConnectionTest, OfAnEchoIsItsMessage) {
  r.masquerade("eth1");
  ASSERT_REACHABLE(a, "10.0.2.2");
  ASSERT_REACHABLE(a, "fd00:2::2");
  EXPECT_THAT(r.connections(),
              UnorderedElementsAre(
                  AllOf(Protocol(IPPROTO_ICMP),
                        Original(AllOf(IcmpType(8), IcmpCode(0), IcmpId(Ge(0)), SrcPort(0))),
                        Reply(IcmpType(0))),
                  AllOf(Protocol(IPPROTO_ICMPV6), Original(IcmpType(128)), Reply(IcmpType(129)))));
}

// "tcp 6 ESTABLISHED src=…", without the seconds that pass and what is not ours.
std::string comparable(const std::string& line) {
  std::string result = std::regex_replace(line, std::regex(" use=[0-9]+$"), "");
  result = std::regex_replace(result, std::regex("^([a-z0-9]+) +([0-9]+) [0-9]+ "), "$1 $2 ");
  return std::regex_replace(result, std::regex(" +"), " ");
}

// What one of the two has and the other has not; empty too where neither has any.
std::vector<std::string> only_in_one(const Node& node) {
  std::set<std::string> theirs;
  for (const char* const family : {"ipv4", "ipv6"}) {
    const ProgramResult said =
        node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin; conntrack -L -f $0", family});
    EXPECT_THAT(said, Succeeds());
    std::istringstream lines(said.out);
    for (std::string line; std::getline(lines, line);) theirs.insert(comparable(line));
  }
  std::set<std::string> ours;
  for (const Connection& connection : node.connections())
    ours.insert(comparable(PrintToString(connection)));
  std::vector<std::string> result;
  std::ranges::set_symmetric_difference(theirs, ours, std::back_inserter(result));
  return result;
}

TEST_F(ConnectionTest, PrintsAsConntrackDoes) {
  b.serve_echo(7);
  r.masquerade("eth1");
  ASSERT_REACHABLE(a, "10.0.2.2");
  ASSERT_REACHABLE(a, "fd00:2::2");
  ASSERT_REACHABLE(a, udp_to("10.0.2.2", 7));
  ASSERT_REACHABLE(a, tcp_to("fd00:2::2", 7));
  ASSERT_THAT(r.connections(), SizeIs(4));
  EXPECT_EVENTUALLY(only_in_one(r), IsEmpty());  // TCP's state is on its way to its last
}

TEST_F(ConnectionTest, IsForgotten) {
  r.masquerade("eth1");
  ASSERT_REACHABLE(a, "10.0.2.2");
  ASSERT_THAT(r.connections(), SizeIs(1));
  r.forget_connections();
  EXPECT_THAT(r.connections(), IsEmpty());
}

}  // namespace
