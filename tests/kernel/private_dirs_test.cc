// Directories that one node alone sees and writes.
#include <vethlab/base/kernel_release.h>
#include <vethlab/vethlab.h>

#include "files.h"
#include "throws_errno.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

using namespace testing;
using namespace vethlab;

namespace {

struct PrivateDirs : Test {
  Lab lab;
  [[nodiscard]] Node& node(std::vector<std::string> directories) {
    return lab.add_node("n" + std::to_string(lab.nodes().size()),
                        {.private_dirs = std::move(directories)});
  }
};

TEST_F(PrivateDirs, ShowTheRealOneAndTakeWritesThatNobodyElseSees) {
  const MachineDirectory real;
  std::ofstream(real / "file") << "real";
  std::filesystem::create_directory(real / "sub");
  std::ofstream(real / "sub/other") << "real";
  Node& a = node({real.path});
  Node& b = node({real.path});
  const Node& without = node({});
  a.shell("cd " + real.path +
          "; cat file; echo -n changed > file; echo -n new > new; rm sub/other; "
          "mkdir -p x/y; ln -s file link");
  EXPECT_EQ(a.run([&] { return names_in(real.path); }),
            std::vector<std::string>({"file", "link", "new", "sub", "x"}));
  EXPECT_EQ(a.run([&] { return content(real / "file"); }), "changed");
  for (const Node* other : {static_cast<const Node*>(&b), &without})
    EXPECT_EQ(other->run([&] { return content(real / "file") + content(real / "sub/other"); }),
              "realreal");
  EXPECT_EQ(names_in(real.path), std::vector<std::string>({"file", "sub"}));
  EXPECT_EQ(content(real / "file"), "real");
}

// Root's are overlays, which need attributes for it that tmpfs has since then.
// An ordinary user, and root before Linux 5.11, has copies instead of an overlay.
TEST_F(PrivateDirs, LetADirectoryBeReplacedSinceLinux6Point6) {
  const MachineDirectory real;
  std::filesystem::create_directory(real / "sub");
  const std::string cd = "cd " + real.path + "; ";
  const ProgramResult replaced =
      node({real.path}).exec({"sh", "-c", cd + "rmdir sub && mkdir sub"});
  const bool copied = ::geteuid() != 0 || !kernel_is_at_least(5, 11);
  if (copied || kernel_is_at_least(6, 6)) EXPECT_THAT(replaced, Succeeds());
  else EXPECT_THAT(replaced, AllOf(Exits(1), Complains(HasSubstr("Input/output error"))));
}

TEST_F(PrivateDirs, NeedNotExist) {
  const MachineDirectory real;
  std::ofstream(real / "file") << "real";
  Node& a = node({real / "new/deep", real / "new/other", real / "more"});
  a.shell("cd " + real.path + "; echo x > new/deep/x; echo y > new/other/y; echo z > more/z");
  EXPECT_EQ(a.run([&] { return names_in(real.path); }),
            std::vector<std::string>({"file", "more", "new"}));
  EXPECT_EQ(a.run([&] { return content(real / "file"); }), "real");
  EXPECT_EQ(node({}).run([&] { return names_in(real.path); }), std::vector<std::string>({"file"}));
  EXPECT_EQ(names_in(real.path), std::vector<std::string>({"file"}));
}

// What is beside a private directory is the machine's as before.
TEST_F(PrivateDirs, ThatAreNewLeaveTheRestAsItIs) {
  const MachineDirectory real;
  std::filesystem::create_directory(real / "beside");
  std::filesystem::create_symlink("beside", real / "link");
  Node& a = node({real / "new"});
  a.shell("echo -n x > " + real.path + "/link/written");
  EXPECT_EQ(content(real / "beside/written"), "x");
}

TEST_F(PrivateDirs, MayBeNewAtTheRoot) {
  ASSERT_FALSE(std::filesystem::exists("/vethlab-world-test"));
  Node& a = node({"/vethlab-world-test/x"});
  a.shell(
      "echo x > /vethlab-world-test/x/y; test -c /dev/null; test -r /etc/passwd; ls /tmp; "
      "ip netns add made");
  EXPECT_EQ(a.run([] { return names_in("/vethlab-world-test/x"); }),
            std::vector<std::string>({"y"}));
  EXPECT_EQ(a.run([] { return names_in("/sys/class/net"); }), std::vector<std::string>({"lo"}));
  EXPECT_EQ(node({}).run([] { return names_in("/run/netns"); }),
            std::vector<std::string>({"made", "n0", "n1"}));
  EXPECT_FALSE(std::filesystem::exists("/vethlab-world-test"));
}

// Too large to be copied, it is an overlay: an ordinary user's lab owns nothing that is in it.
TEST_F(PrivateDirs, ThatAreLargeTakeChangesOfWhatTheLabsUsersOwn) {
  const std::string theirs = "/usr/share/common-licenses/GPL-3";
  const std::string before = content(theirs);
  Node& a = node({"/usr/share"});
  a.shell("echo x > /usr/share/vethlab-new; mkdir -p /usr/share/vethlab/new; cat " + theirs);
  const bool owner = ::geteuid() == 0;
  EXPECT_EQ(a.exec({"sh", "-c", "echo x >> " + theirs}).exit_code == 0, owner);
  EXPECT_EQ(a.exec({"mkdir", "/usr/share/common-licenses/new"}).exit_code == 0, owner);
  EXPECT_EQ(content(theirs), before);
  EXPECT_FALSE(std::filesystem::exists("/usr/share/vethlab-new"));
}

TEST_F(PrivateDirs, LeaveOutWhatTheLabsRootCannotRead) {
  if (::geteuid() == 0) return;  // can read all
  Node& a = node({"/etc"});
  EXPECT_EQ(a.exec({"test", "-e", "/etc/shadow"}).exit_code, 1);
  a.write_file("/etc/shadow", "own");
  EXPECT_EQ(a.read_file("/etc/shadow"), "own");
}

TEST_F(PrivateDirs, BelowRunAreTheNodesOwn) {
  Node& a = node({"/run/frr", "/var/run/other/deep"});
  Node& b = node({"/run/frr"});
  a.shell("echo a > /run/frr/pid; echo a > /run/other/deep/pid");
  b.shell("echo b > /run/frr/pid");
  EXPECT_EQ(a.run([] { return content("/run/frr/pid"); }), "a\n");
  EXPECT_EQ(b.run([] { return content("/run/frr/pid"); }), "b\n");
  EXPECT_FALSE(b.run([] { return std::filesystem::exists("/run/other/deep/pid"); }));
}

TEST_F(PrivateDirs, MayBeAllOfRun) {
  Node& a = node({"/run"});
  Node& b = node({});
  a.shell("echo a > /run/pid; ip netns add made");
  EXPECT_FALSE(b.run([] { return std::filesystem::exists("/run/pid"); }));
  b.shell("ip netns add other");
  EXPECT_EQ(a.run([] { return names_in("/run/netns"); }),
            std::vector<std::string>({"made", "n0", "n1", "other"}));
  EXPECT_EQ(b.run([] { return names_in("/run/netns"); }),
            std::vector<std::string>({"made", "n0", "n1", "other"}));
}

TEST_F(PrivateDirs, MayLieInOneAnother) {
  const MachineDirectory real;
  std::filesystem::create_directory(real / "sub");
  Node& a = node({real / "sub", real.path, real / "new"});
  a.write_file(real / "sub/x", "1");
  a.write_file(real / "new/x", "2");
  a.write_file(real / "x", "3");
  EXPECT_EQ(a.run([&] { return content(real / "sub/x") + content(real / "new/x"); }), "12");
  EXPECT_EQ(names_in(real.path), std::vector<std::string>({"sub"}));
}

TEST_F(PrivateDirs, OfAllOfEtcHaveHostsAndResolvConfThatCanBeReplaced) {
  Node& a = node({"/etc"});
  Node& b = node({});
  lab.connect({a, "eth0", "10.0.0.1/24"}, {b, "eth0", "10.0.0.2/24"});
  // All of /etc may have to be copied, on a slow machine.
  const ProgramResult asked =
      a.exec({"getent", "ahostsv4", "n1"}, {.timeout = std::chrono::seconds(60)});
  EXPECT_EQ(asked.out.substr(0, 8), "10.0.0.2");
  EXPECT_THAT(a.read_file("/etc/resolv.conf"), HasSubstr("cannot be reached"));
  a.shell("test -r /etc/passwd; echo nameserver 10.0.0.2 > /etc/new; mv /etc/new /etc/resolv.conf");
  EXPECT_EQ(a.read_file("/etc/resolv.conf"), "nameserver 10.0.0.2\n");
  b.add_address("eth0", "10.7.0.1/24");
  EXPECT_THAT(a.read_file("/etc/hosts"), HasSubstr("10.7.0.1 n1\n"));
  a.shell("echo 192.0.2.1 own > /etc/new; mv /etc/new /etc/hosts");
  b.add_address("eth0", "10.8.0.1/24");
  EXPECT_EQ(a.read_file("/etc/hosts"), "192.0.2.1 own\n");
}

TEST_F(PrivateDirs, AreInTheMachinesFilesNowhere) {
  const MachineDirectory real;
  std::optional<Lab> other(std::in_place);
  Node& a = other->add_node("a", {.private_dirs = {real.path}});
  a.write_file(real / "x", "y");
  other.reset();
  EXPECT_THAT(names_in(real.path), IsEmpty());
}

// ---- write_file, read_file

TEST_F(PrivateDirs, AreWrittenAndReadByTheTest) {
  Node& a = node({"/etc/vethlab-world-test"});
  std::string bytes(3'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  a.write_file("/etc/vethlab-world-test/a/b/c", bytes);
  EXPECT_TRUE(a.read_file("/etc/vethlab-world-test//a/./b/c") == bytes);
  a.write_file("/etc/vethlab-world-test/a/b/c", "short");
  EXPECT_EQ(a.exec({"cat", "/etc/vethlab-world-test/a/b/c"}).out, "short");
  a.shell("cd /etc/vethlab-world-test; ln -s a/b/c inside");
  a.write_file("/etc/vethlab-world-test/inside", "through");
  EXPECT_EQ(a.read_file("/etc/vethlab-world-test/a/b/c"), "through");
  EXPECT_FALSE(std::filesystem::exists("/etc/vethlab-world-test"));
}

TEST_F(PrivateDirs, HaveTheTestsFilesAlikeWhateverItsUmask) {
  Node& a = node({"/run/x"});
  const mode_t before = ::umask(0777);
  a.write_file("/run/x/sub/file", "text");
  ::umask(before);
  EXPECT_EQ(a.read_file("/run/x/sub/file"), "text");
  EXPECT_EQ(a.exec({"stat", "-c", "%a", "/run/x/sub", "/run/x/sub/file"}).out, "755\n644\n");
}

TEST_F(PrivateDirs, AreNotLeftByASymbolicLink) {
  const MachineDirectory outside;
  Node& a = node({"/run/x"});
  a.shell("cd /run/x; ln -s " + outside.path + " directory; ln -s " + outside.path +
          "/file file; ln -s ../../../../.." + outside.path + " up");
  for (const char* const path : {"/run/x/directory/file", "/run/x/file", "/run/x/up/file"}) {
    EXPECT_THAT([&] { a.write_file(path, "x"); }, ThrowsErrno(EXDEV)) << path;
    EXPECT_THAT([&] { (void)a.read_file(path); }, ThrowsErrno(EXDEV)) << path;
  }
  EXPECT_THAT(names_in(outside.path), IsEmpty());
  EXPECT_THAT([&] { (void)a.read_file("/run/x/none"); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { a.write_file("/run/x/directory/new/file", "x"); }, ThrowsErrno(EXDEV));
}

}  // namespace
