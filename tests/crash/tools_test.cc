// A machine without nft or iptables: the text says which package is missing.
#include "in_fork.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

// A node whose programs do not find what is named so in /usr/sbin.
struct Without {
  Lab lab;
  Node& a = lab.add_node("a", {.private_dirs = {"/usr/sbin"}});
  explicit Without(const std::string& names) { a.shell("rm -f /usr/sbin/" + names); }
};

TEST(Tool, NftThatIsNotInstalledNamesItsPackage) {
  const std::string expected =
      "Unsupported: tools_test.cc:[0-9]+: nft is not installed\nTo mend it: apt-get install "
      "nftables";
  EXPECT_THAT(in_fork([] { Without("nft").a.nft("flush ruleset"); }), MatchesRegex(expected));
  EXPECT_THAT(in_fork([] { Without("nft").a.masquerade("eth0"); }), MatchesRegex(expected));
  EXPECT_THAT(in_fork([] { (void)Without("{nft,*tables*}").a.firewall_rules(); }),
              MatchesRegex(expected));
}

TEST(Tool, IptablesThatIsNotInstalledNamesItsPackage) {
  EXPECT_THAT(in_fork([] { Without("*tables*").a.iptables("-A INPUT -j DROP"); }),
              MatchesRegex("Unsupported: tools_test.cc:[0-9]+: iptables is not installed\nTo mend "
                           "it: apt-get install iptables"));
}

TEST(Tool, OneOfTheTwoIsEnoughForTheRules) {
  EXPECT_EQ(in_fork([] {
              const Without net("*tables*");
              net.a.nft("table ip f { chain c { drop; }; }");
              if (net.a.firewall_rules().size() != 1) throw std::runtime_error("not one");
            }),
            "no exception");
}

}  // namespace
