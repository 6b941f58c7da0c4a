// Values print as the real `ip` prints them, run in the same node.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;

namespace {

// A table's lines, white space as one space; `drop` is what vethlab knowingly leaves out.
std::vector<std::string> lines_of(std::string text, const std::string& drop = "\\") {
  for (std::size_t at = 0; (at = text.find(drop, at)) != text.npos;)
    text.replace(at, drop.size(), " ");
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::string words;
    std::istringstream each(line);
    for (std::string word; each >> word;) words += " " + word;
    if (!words.empty()) lines.push_back(words);
  }
  return lines;
}

template <class T>
std::vector<std::string> printed(const T& list) {
  return lines_of(PrintToString(list));
}

struct IpTest : LineTest {
  std::vector<std::string> ip(Argv args, const std::string& drop = "\\") const {
    args.insert(args.begin(), "ip");
    const ProgramResult result = r.exec(args);
    EXPECT_EQ(result.exit_code, 0) << PrintToString(result);
    return lines_of(result.out, drop);
  }
};

TEST_F(IpTest, Link) {
  r.add_bridge("br0");
  r.add_veth("left", "right");
  r.set_master("left", "br0");
  r.set_up("right");
  // 5.10 and 6.1 find a moment later that the other end is down.
  ASSERT_EVENTUALLY(r.link("right"), State(OperState::kLowerLayerDown));
  EXPECT_EQ(printed(r.links()), ip({"link"}));
}

// A newer ip(8) says of some that they are the kernel's (IFA_PROTO), an older one does not.
TEST_F(IpTest, Address) {
  r.add_address("eth0", "10.0.1.77/24");
  r.add_address("lo", "2001:db8::1/128");
  std::vector<std::string> theirs = ip({"-oneline", "address"});
  for (std::string& line : theirs)
    line = std::regex_replace(line, std::regex(" proto kernel_[a-z]+"), "");
  EXPECT_EQ(printed(r.addresses()), theirs);
}

TEST_F(IpTest, Route) {
  r.add_route({.to = "default", .via = "10.0.1.2", .proto = "bgp", .metric = 20});
  r.add_route({.type = "blackhole", .to = "192.0.2.0/24"});
  r.add_route({.type = "prohibit", .to = "198.51.100.0/24", .metric = 5});
  r.add_route({.to = "203.0.113.0/24", .via = "10.0.2.2", .src = "10.0.1.1", .mtu = 1300});
  r.add_route({.to = "203.0.113.128/25",
               .nexthops = {{.via = "10.0.1.2", .dev = "eth0"},
                            {.via = "10.0.2.2", .dev = "eth1", .weight = 3}}});
  r.add_route({.to = "10.9.0.0/16", .dev = "eth0", .table = 100, .scope = "link"});
  EXPECT_EQ(printed(r.routes()), ip({"route"}));
  EXPECT_EQ(printed(r.routes({.table = 0})), ip({"-4", "route", "show", "table", "all"}));
}

// `pref medium` is not in what libnl 3.7 gives.
TEST_F(IpTest, RouteOfIpv6) {
  r.add_route({.to = "2001:db8::/32", .via = "fd00:1::2", .metric = 7});
  r.add_route({.type = "unreachable", .to = "2001:db8:1::/48"});
  EXPECT_THAT(printed(r.routes({.family = Family::kIpv6})),
              UnorderedElementsAreArray(ip({"-6", "route"}, " pref medium")));
}

TEST_F(IpTest, Neighbour) {
  EXPECT_REACHABLE(a, b);
  r.add_neighbour({.to = "10.0.1.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  EXPECT_THAT(printed(r.neighbours()), UnorderedElementsAreArray(ip({"neighbour"})));
}

TEST_F(IpTest, Rule) {
  r.add_rule({.priority = 50, .from = "10.0.0.0/8", .to = "192.0.2.1/32", .table = 100});
  r.add_rule({.priority = 51, .fwmark = 6, .fwmask = 15, .iif = "eth0", .table = 254});
  r.add_rule({.priority = 52, .oif = "eth1", .action = "prohibit"});
  r.add_rule({.priority = 53, .from = "2001:db8::/32", .table = 1000});
  EXPECT_EQ(printed(r.rules()), ip({"rule"}));
  EXPECT_EQ(printed(r.rules(Family::kIpv6)), ip({"-6", "rule"}));
}

}  // namespace
