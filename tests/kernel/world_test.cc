// What a node's programs and closures see around them: one world a node.
#include <vethlab/fixtures/pair.h>

#include "files.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

std::string host_name() {
  char name[65] = {};
  (void)!::gethostname(name, sizeof name);
  return name;
}

struct World : PairTest {
  [[nodiscard]] static std::string out_of(const Node& node, const Argv& argv) {
    const ProgramResult result = node.exec(argv);
    EXPECT_EQ(result.exit_code, 0) << PrintToString(result);
    return result.out;
  }
};

TEST_F(World, IsTheSameForProgramsAndClosures) {
  EXPECT_EQ(a.run([] { return names_in("/sys/class/net"); }),
            std::vector<std::string>({"eth0", "lo"}));
  EXPECT_EQ(out_of(a, {"ls", "/sys/class/net"}), "eth0\nlo\n");
  const auto mounts = [] { return std::filesystem::read_symlink("/proc/self/ns/mnt").string(); };
  EXPECT_EQ(a.run(mounts) + "\n", out_of(a, {"readlink", "/proc/self/ns/mnt"}));
  EXPECT_NE(a.run(mounts), b.run(mounts));
  EXPECT_NE(a.run(mounts), mounts());
}

TEST_F(World, HasTheNodesNameAsHostname) {
  const std::string machine = host_name();
  EXPECT_EQ(a.run(host_name), "a");
  EXPECT_EQ(out_of(b, {"uname", "-n"}), "b\n");
  Node& odd = lab.add_node("Ünï:code_" + std::string(40, 'x'));
  EXPECT_EQ(odd.run(host_name), odd.name());
  a.shell("hostname changed");
  EXPECT_EQ(a.run(host_name), "changed");
  EXPECT_EQ(b.run(host_name), "b");
  EXPECT_EQ(host_name(), machine);
}

TEST_F(World, KeepsItsMountsToItselfButForNamedNamespaces) {
  a.shell(
      "mkdir /run/shared; mount -t tmpfs none /run/shared; touch /run/shared/a; touch /run/seen");
  EXPECT_EQ(a.run([] { return names_in("/run/shared"); }), std::vector<std::string>({"a"}));
  EXPECT_THAT(b.run([] { return names_in("/run/shared"); }), IsEmpty());
  EXPECT_TRUE(b.run([] { return ::access("/run/seen", F_OK) == 0; }));
  a.shell("ip netns add made");
  EXPECT_THAT(out_of(b, {"ip", "-n", "made", "link"}), HasSubstr("lo:"));
}

TEST_F(World, OfAnAdoptedNodeIsItsOwnToo) {
  a.shell("ip netns add made");
  Node& made = lab.adopt_node("made");
  EXPECT_EQ(made.run(host_name), "made");
  EXPECT_EQ(made.run([] { return names_in("/sys/class/net"); }), std::vector<std::string>({"lo"}));
}

TEST_F(World, CostsThreeDescriptorsANodeAndGivesThemBack) {
  const auto open = [] { return names_in("/proc/self/fd").size(); };
  const std::size_t before = open();
  for (int i = 0; i < 3; ++i) {
    Lab other;
    Node& node = other.add_node("node", {.private_dirs = {"/etc", "/run/x", "/var/lib/x/y"}});
    node.run([] {});
    node.write_file("/etc/x", "y");
  }
  EXPECT_EQ(open(), before);
}

TEST(WorldOfRealRoot, IsTheSame) {
  if (::geteuid() != 0) return;
  const MachineDirectory real;
  std::ofstream(real / "file") << "real";
  const std::string machine = host_name();
  Lab lab({.user_namespace = UserNamespace::kHosts});
  Node& a = lab.add_node("a", {.private_dirs = {real.path, "/etc", "/run/x", "/vethlab-new/x"}});
  a.shell("echo -n changed > " + real.path + "/file; touch /etc/vethlab-new /vethlab-new/x/y");
  EXPECT_EQ(a.run(host_name), "a");
  EXPECT_EQ(a.run([] { return names_in("/sys/class/net"); }), std::vector<std::string>({"lo"}));
  EXPECT_EQ(a.read_file(real / "file"), "changed");
  EXPECT_EQ(a.exec({"getent", "hosts", "localhost"}).out.substr(0, 3), "::1");
  EXPECT_EQ(content(real / "file"), "real");
  EXPECT_FALSE(std::filesystem::exists("/etc/vethlab-new"));
  EXPECT_FALSE(std::filesystem::exists("/vethlab-new"));
  EXPECT_EQ(host_name(), machine);
}

// ---- Names

TEST_F(World, KnowsTheLabsNodesByName) {
  EXPECT_EQ(out_of(a, {"getent", "ahostsv4", "b"}).substr(0, 8), "10.0.0.2");
  EXPECT_REACHABLE(a, "10.0.0.2");
  EXPECT_THAT(out_of(a, {"ping", "-c1", "-W1", "b"}), HasSubstr("1 received"));
  EXPECT_EQ(out_of(a, {"getent", "hosts", "localhost"}).substr(0, 3), "::1");
  EXPECT_EQ(out_of(a, {"getent", "hosts", "b"}), "fd00::2         b\n");
}

std::vector<std::string> addresses_of(const std::string& name) {
  std::set<std::string> texts;
  addrinfo* all = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, nullptr, &all) != 0) return {};
  for (const addrinfo* each = all; each != nullptr; each = each->ai_next) {
    char text[INET6_ADDRSTRLEN] = {};
    const void* const bytes =
        each->ai_family == AF_INET
            ? static_cast<const void*>(
                  &reinterpret_cast<const sockaddr_in*>(each->ai_addr)->sin_addr)
            : &reinterpret_cast<const sockaddr_in6*>(each->ai_addr)->sin6_addr;
    texts.insert(::inet_ntop(each->ai_family, bytes, text, sizeof text));
  }
  ::freeaddrinfo(all);
  return {texts.begin(), texts.end()};
}

TEST_F(World, ResolvesNamesInClosures) {
  const auto b_in_a = [&] { return a.run([] { return addresses_of("b"); }); };
  EXPECT_THAT(b_in_a(), ElementsAre("10.0.0.2", "fd00::2"));
  b.add_address("eth0", "10.7.0.1/24");
  EXPECT_THAT(b_in_a(), ElementsAre("10.0.0.2", "10.7.0.1", "fd00::2"));
  b.delete_address("eth0", "10.0.0.2/24");
  EXPECT_THAT(b_in_a(), ElementsAre("10.7.0.1", "fd00::2"));
  b.shell("ip address flush dev eth0; ip address add fd00::7/64 dev eth0 nodad");
  EXPECT_THAT(b_in_a(), ElementsAre("fd00::7"));
  b.set_down("eth0");  // takes IPv6 addresses
  EXPECT_THAT(b_in_a(), IsEmpty());
  b.add_address("eth0", "10.8.0.1/24");
  EXPECT_THAT(b_in_a(), ElementsAre("10.8.0.1"));
  b.delete_link("eth0");
  EXPECT_THAT(b_in_a(), IsEmpty());
}

// One that goes on in the background changes them unseen by any verb.
TEST_F(World, KnowsAddressesThatADaemonChanged) {
  EXPECT_THAT(a.run([] { return addresses_of("b"); }), ElementsAre("10.0.0.2", "fd00::2"));
  b.shell(
      "(while ! ip -o link show dev go >/dev/null 2>&1; do :; done; "
      "ip address add 10.7.0.1/24 dev eth0) >/dev/null 2>&1 &");
  b.add_bridge("go");
  ASSERT_TRUE(b.wait_until([&] {
    return std::ranges::count(b.addresses(), Prefix("10.7.0.1/24"), &InterfaceAddress::address) > 0;
  }));
  EXPECT_THAT(a.run([] { return addresses_of("b"); }),
              ElementsAre("10.0.0.2", "10.7.0.1", "fd00::2"));
}

TEST_F(World, KnowsNodesThatCameLaterAndNamesThatAHostCanHave) {
  EXPECT_THAT(a.run([] { return addresses_of("c.d-1"); }), IsEmpty());
  lab.connect({lab.add_node("c.d-1"), "eth0", "10.1.0.1/24"}, {a, "eth1", "10.1.0.2/24"});
  lab.connect({lab.add_node("under_score"), "eth0", "10.2.0.1/24"}, {a, "eth2", "10.2.0.2/24"});
  lab.connect({lab.add_node("localhost"), "eth0", "10.3.0.1/24"}, {a, "eth3", "10.3.0.2/24"});
  EXPECT_EQ(out_of(a, {"cat", "/etc/hosts"}),
            "127.0.0.1 localhost\n"
            "::1 localhost ip6-localhost ip6-loopback\n"
            "10.0.0.1 a\n10.1.0.2 a\n10.2.0.2 a\n10.3.0.2 a\nfd00::1 a\n"
            "10.0.0.2 b\nfd00::2 b\n"
            "10.1.0.1 c.d-1\n");
}

TEST_F(World, HasHostsAndResolvConfThatProgramsMayWrite) {
  a.shell("echo 192.0.2.1 elsewhere >> /etc/hosts; echo nameserver 10.0.0.2 > /etc/resolv.conf");
  EXPECT_THAT(a.run([] { return addresses_of("elsewhere"); }), ElementsAre("192.0.2.1"));
  EXPECT_EQ(out_of(a, {"cat", "/etc/resolv.conf"}), "nameserver 10.0.0.2\n");
  EXPECT_EQ(out_of(b, {"cat", "/etc/resolv.conf"}),
            "# The machine's nameservers cannot be reached from a lab.\n");
  EXPECT_THAT(content("/etc/hosts"), Not(HasSubstr("elsewhere")));
  EXPECT_THAT(content("/etc/resolv.conf"), Not(HasSubstr("nameserver 10.0.0.2\n")));
}

TEST_F(World, SaysAtOnceThatANameIsUnknown) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NE(a.exec({"getent", "hosts", "www.example.com"}).exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);  // a nameserver's silence takes 5 s
}

}  // namespace
