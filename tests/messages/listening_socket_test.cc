// What a listening socket prints, and its matchers say.
#include "failure_of.h"
#include "verdict.h"

#include <vethlab/vethlab.h>

#include <unistd.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const ListeningSocket kBgp{.protocol = "tcp", .address = IpAddress("127.0.0.1"), .port = 179};
const ListeningSocket kVty{.protocol = "u_str", .path = "/run/frr/bgpd.vty"};

TEST(ListeningSocketMessages, PrintAsSsDoes) {
  EXPECT_EQ(PrintToString(kBgp), "tcp 127.0.0.1:179");
  EXPECT_EQ(PrintToString(kVty), "u_str /run/frr/bgpd.vty");
  EXPECT_EQ(PrintToString(ListeningSocket{.protocol = "udp", .port = 53}), "udp *:53");
  EXPECT_EQ(PrintToString(ListeningSocket{
                .protocol = "tcp", .address = IpAddress("::"), .dev = "eth0", .port = 80}),
            "tcp [::]%eth0:80");
  EXPECT_EQ(PrintToString(std::vector<ListeningSocket>{}), "(none)");
}

TEST(ListeningSocketMessages, OfMatchersNameTheField) {
  EXPECT_EQ(verdict(kBgp, Port(80)), "has port 80; which has port 179");
  EXPECT_EQ(verdict(kBgp, Path("/x")), "has path /x; which has no path");
  EXPECT_EQ(verdict(kVty, Path(std::nullopt)), "has no path; which has path /run/frr/bgpd.vty");
  EXPECT_EQ(verdict(kBgp, Inet(std::nullopt)), "has no address; which has address 127.0.0.1");
  EXPECT_EQ(verdict(kBgp, Protocol("udp")), "has protocol udp; which has protocol tcp");
}

TEST(ListeningSocketMessages, OfAPathThatNobodyHasNameIt) {
  Lab lab;
  const Node& node = lab.add_node("a");
  EXPECT_THAT(failure_of([&] {
                try {
                  node.start([] { ::pause(); },
                             {.ready = listens_on_path("/run/x"), .timeout = 10ms});
                } catch (const AssertionException&) {
                }
              }),
              EndsWith("the closure in a was not ready in 10 ms: it is when it listens on Unix "
                       "socket /run/x"));
}

TEST(ListeningSocketMessages, OfAListMarkTheNearest) {
  const std::vector sockets{kBgp, kVty};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(sockets, Contains(AllOf(Inet("10.0.0.1"), Port(179)))); }),
            "  Actual: \n"
            "  > tcp 127.0.0.1:179    nearest: has address 127.0.0.1\n"
            "    u_str /run/frr/bgpd.vty");
}

}  // namespace
