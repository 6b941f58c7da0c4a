// A machine without nft or iptables, or whose kernel has nothing for them: the text says what is missing.
#include "in_fork.h"
#include "refuse_call.h"

#include <vethlab/vethlab.h>

#include <linux/netlink.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

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

TEST(Tool, Iperf3ThatIsNotInstalledNamesItsPackage) {
  EXPECT_THAT(in_fork([] {
                ::setenv("PATH", "/", 1);
                Lab lab;
                Node& a = lab.add_node("a");
                Node& b = lab.add_node("b");
                lab.connect({a, "eth0", "10.0.0.1/24"}, {b, "eth0", "10.0.0.2/24"});
                (void)a.throughput(b);
              }),
              MatchesRegex("Unsupported: tools_test.cc:[0-9]+: iperf3 is not installed\nTo mend "
                           "it: apt-get install iperf3"));
}

// A file of its name that is none comes first.
TEST(Tool, LibpcapThatIsNotInstalledNamesItsPackage) {
  const std::string directory = TempDir() + "/no_libpcap." + std::to_string(::getpid());
  std::filesystem::create_directory(directory);
  for (const auto* const name : {"/libpcap.so.1", "/libpcap.so.0.8"})
    std::ofstream(directory + name) << "";
  const std::string output = output_of([&] {
    ::setenv("LD_LIBRARY_PATH", directory.c_str(), 1);
    ::setenv("VETHLAB_REQUIRE", "1", 1);
    ::execl(VETHLAB_REFUSED_PROGRAM, "refused_program", "--gtest_filter=RefusedFilter.*", nullptr);
    throw std::runtime_error("exec");
  });
  std::filesystem::remove_all(directory);
  EXPECT_THAT(output, HasSubstr("Failure\nlibpcap is not installed: " + directory +
                                "/libpcap.so.0.8: file too short\nTo mend it: apt-get install "
                                "libpcap0.8"));
}

TEST(Tool, OneOfTheTwoIsEnoughForTheRules) {
  EXPECT_EQ(in_fork([] {
              const Without net("*tables*");
              net.a.nft("table ip f { chain c { drop; }; }");
              if (net.a.firewall_rules().size() != 1) throw std::runtime_error("not one");
            }),
            "no exception");
}

// What `verb` says in a node whose kernel has no netfilter by netlink.
std::string without_netfilter(const std::function<void(Node&)>& verb) {
  return in_fork([&] {
    refuse_netlink(NETLINK_NETFILTER, EPROTONOSUPPORT);
    Lab lab;
    verb(lab.add_node("a"));
  });
}

auto Lacks(const std::string& tool) {
  return MatchesRegex("Unsupported: tools_test.cc:[0-9]+: this kernel lacks what " + tool +
                      " needs: [^\n]*Protocol not supported\nTo mend it: a kernel with "
                      "CONFIG_NF_TABLES .*");
}

TEST(Tool, NftWhoseKernelHasNothingForItSaysSo) {
  EXPECT_THAT(without_netfilter([](Node& a) { a.nft("table inet f { }"); }), Lacks("nft"));
  EXPECT_THAT(without_netfilter([](Node& a) { a.masquerade("eth0"); }), Lacks("nft"));
  EXPECT_THAT(without_netfilter([](Node& a) { (void)a.firewall_rules(); }), Lacks("nft"));
}

TEST(Tool, IptablesWhoseKernelHasNothingForItSaysSo) {
  Lab lab;
  if (lab.add_node("a").exec({"iptables", "--version"}).out.find("nf_tables") == std::string::npos)
    GTEST_SKIP() << "iptables is not nft's here";
  EXPECT_THAT(without_netfilter([](Node& a) { a.iptables("-A INPUT -j DROP"); }),
              Lacks("iptables"));
}

TEST(Tool, ConnectionsWhoseKernelTracksNoneSaySo) {
  EXPECT_THAT(without_netfilter([](Node& a) { (void)a.connections(); }),
              MatchesRegex("Unsupported: tools_test.cc:[0-9]+: this kernel tracks no connections: "
                           ".*Protocol not supported \\(EPROTONOSUPPORT\\)\nTo mend it: a kernel "
                           "with CONFIG_NF_CT_NETLINK"));
}

TEST(Tool, AnImpairmentWhoseKernelHasNoNetemSaysSo) {
  const std::string told = in_fork([] {
    Lab lab;
    Wire& wire = lab.connect(lab.add_node("a"), lab.add_node("b"));
    wire.set_impairment({.delay = std::chrono::milliseconds(40)});
  });
  if (told == "no exception") GTEST_SKIP() << "this kernel has netem";
  EXPECT_THAT(told,
              MatchesRegex("Unsupported: tools_test.cc:[0-9]+: this kernel cannot impair a wire: "
                           "set qdisc netem on eth0: No such file or directory \\(ENOENT\\)\n"
                           "To mend it: modprobe sch_netem, or a kernel with "
                           "CONFIG_NET_SCH_NETEM \\(Debian: any linux-image\\)"));
}

}  // namespace
