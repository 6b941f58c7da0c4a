// What a node's programs and closures see around them: one world a node.
#include <vethlab/fixtures/pair.h>

#include "files.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

using namespace testing;
using namespace vethlab;

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

TEST_F(World, CostsTwoDescriptorsANodeAndGivesThemBack) {
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
  EXPECT_EQ(content(real / "file"), "real");
  EXPECT_FALSE(std::filesystem::exists("/etc/vethlab-new"));
  EXPECT_FALSE(std::filesystem::exists("/vethlab-new"));
  EXPECT_EQ(host_name(), machine);
}

}  // namespace
