// Questions for neighbours and answers that a firewall drops: ARP's families of tables, and IPv6's own.
#include "files.h"
#include "why.h"

#include <cstdlib>
#include <fstream>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct ResolutionFault : Line {
  static void drops(Node& node, const std::string& family, const std::string& hook,
                    const std::string& what) {
    node.nft("table " + family + " f { chain c { type filter hook " + hook + " priority 0; " +
             what + " drop; }; }");
  }
  void TearDown() override {  // none of ours is left, in whatever family
    for (const Node* const node : {&a, &r, &b})
      EXPECT_THAT(node->exec({"sh", "-c", "PATH=$PATH:/usr/sbin; nft list tables"}),
                  Prints(Not(HasSubstr("vethlab_why"))));
  }
};

TEST_F(ResolutionFault, ArpRequests) {
  drops(b, "arp", "input", "arp operation request");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r asks on eth1 for 10.0.2.2: b's firewall drops it: rule \"arp operation request "
            "drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpReplies) {
  drops(b, "arp", "output", "arp operation reply");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r asks on eth1 for 10.0.2.2: b's firewall drops the answer: rule \"arp operation "
            "reply drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpRepliesThatComeToTheRouter) {
  drops(r, "arp", "input", "arp operation reply");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r asks on eth1 for 10.0.2.2, and r's firewall drops the answer: rule \"arp operation "
            "reply drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpRepliesThatComeToTheSource) {
  drops(a, "arp", "input", "arp operation reply");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "a asks on eth0 for 10.0.1.1, and a's firewall drops the answer: rule \"arp operation "
            "reply drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpRequestsOfTheRouter) {
  drops(r, "arp", "output", "arp operation request");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r is to ask on eth1 for 10.0.2.2, and r's firewall drops that: rule \"arp operation "
            "request drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpRequestsOfTheSource) {
  drops(a, "arp", "output", "arp operation request");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "a is to ask on eth0 for 10.0.1.1, and a's firewall drops that: rule \"arp operation "
            "request drop\" in chain c of table arp f");
}

// Seconds after it has heard of a node the other end asks for it by itself, which teaches that node. On a slow machine
// that comes while the diagnosis looks: here, each time it starts its tool.
TEST_F(ResolutionFault, ArpRequestsOfTheRouterThatIsTaughtMeanwhile) {
  drops(r, "arp", "output", "arp operation request");
  r.shell("ip neighbour flush dev eth1");
  const MachineDirectory tools;
  const std::string path = std::getenv("PATH");
  std::ofstream(tools / "nft") << "#!/bin/sh\nPATH=" << path << ":/usr/sbin\n"
                               << "ip neighbour replace 10.0.2.2 dev eth1 nud stale lladdr "
                               << b.link("eth0").mac << "\nexec nft \"$@\"\n";
  std::filesystem::permissions(tools / "nft", std::filesystem::perms{0755});
  ::setenv("PATH", (tools.path + ":" + path).c_str(), 1);
  const std::string why = fault_of();
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(why,
            "r is to ask on eth1 for 10.0.2.2, and r's firewall drops that: rule \"arp operation "
            "request drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, ArpRequestsOfWhoAnswers) {
  drops(b, "arp", "output", "arp operation request");
  b.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "b took it in and cannot answer: b is to ask on eth0 for 10.0.2.1, and b's firewall "
            "drops that: rule \"arp operation request drop\" in chain c of table arp f");
}

TEST_F(ResolutionFault, Solicitations) {
  drops(b, "ip6", "input", "icmpv6 type nd-neighbor-solicit");
  r.shell("ip -6 neighbour flush dev eth1");
  EXPECT_EQ(fault_of6(),
            "r asks on eth1 for fd00:2::2: b's firewall drops it: rule \"icmpv6 type "
            "nd-neighbor-solicit drop\" in chain c of table ip6 f");
}

TEST_F(ResolutionFault, Advertisements) {
  drops(b, "ip6", "output", "icmpv6 type nd-neighbor-advert");
  r.shell("ip -6 neighbour flush dev eth1");
  EXPECT_EQ(fault_of6(),
            "r asks on eth1 for fd00:2::2: b's firewall drops the answer: rule \"icmpv6 type "
            "nd-neighbor-advert drop\" in chain c of table ip6 f");
}

TEST_F(ResolutionFault, AdvertisementsThatComeToTheRouter) {
  drops(r, "ip6", "input", "icmpv6 type nd-neighbor-advert");
  r.shell("ip -6 neighbour flush dev eth1");
  EXPECT_EQ(fault_of6(),
            "r asks on eth1 for fd00:2::2, and r's firewall drops the answer: rule \"icmpv6 type "
            "nd-neighbor-advert drop\" in chain c of table ip6 f");
}

TEST_F(ResolutionFault, AdvertisementsThatComeToTheSource) {
  drops(a, "ip6", "input", "icmpv6 type nd-neighbor-advert");
  a.shell("ip -6 neighbour flush dev eth0");
  EXPECT_EQ(fault_of6(),
            "a asks on eth0 for fd00:1::1, and a's firewall drops the answer: rule \"icmpv6 type "
            "nd-neighbor-advert drop\" in chain c of table ip6 f");
}

TEST_F(ResolutionFault, SolicitationsOfTheRouter) {
  drops(r, "ip6", "output", "icmpv6 type nd-neighbor-solicit");
  r.shell("ip -6 neighbour flush dev eth1");
  EXPECT_EQ(fault_of6(),
            "r is to ask on eth1 for fd00:2::2, and r's firewall drops that: rule \"icmpv6 type "
            "nd-neighbor-solicit drop\" in chain c of table ip6 f");
}

TEST_F(ResolutionFault, SolicitationsOfTheSource) {
  drops(a, "ip6", "output", "icmpv6 type nd-neighbor-solicit");
  a.shell("ip -6 neighbour flush dev eth0");
  EXPECT_EQ(fault_of6(),
            "a is to ask on eth0 for fd00:1::1, and a's firewall drops that: rule \"icmpv6 type "
            "nd-neighbor-solicit drop\" in chain c of table ip6 f");
}

// What the router drops are its questions for somebody else: those for the server get through.
TEST_F(ResolutionFault, QuestionsForOthersAreNotToBlame) {
  drops(r, "arp", "output", "arp operation request arp daddr ip 10.0.2.77");
  r.spawn({"ping", "-i", "0.2", "10.0.2.77"});
  r.drop("ip daddr 10.0.2.2", {.hook = FilterHook::kForward});
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain forward of "
            "table inet vethlab");
}

}  // namespace
