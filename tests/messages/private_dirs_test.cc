// What private directories and their files refuse, to the letter.
#include "text_of.h"

#include <vethlab/vethlab.h>

#include <functional>
#include <stdexcept>

using namespace testing;
using namespace vethlab;

namespace {

struct PrivateDirMessages : Test {
  Lab lab;
  Node& node = lab.add_node("a", {.private_dirs = {"/etc/mybgpd", "/run/mybgpd"}});

  std::string add(std::vector<std::string> directories) {
    return text_of([&] { lab.add_node("b", {.private_dirs = std::move(directories)}); });
  }
};

TEST_F(PrivateDirMessages, OfBadInputNameTheDirectoryAndWhy) {
  const std::string prefix = "add_node: private directory ";
  EXPECT_EQ(add({""}), prefix + R"("" is empty)");
  EXPECT_EQ(add({"etc/x"}), prefix + R"("etc/x" is not absolute)");
  EXPECT_EQ(add({"/etc/../x"}), prefix + R"("/etc/../x" contains "..")");
  EXPECT_EQ(add({std::string("/e\0tc", 5)}), prefix + R"("/e\0tc" contains a zero byte)");
  EXPECT_EQ(add({"/"}), prefix + R"("/" is everything: name what is to be written)");
  EXPECT_EQ(add({"//."}), prefix + R"("//." is everything: name what is to be written)");
  EXPECT_EQ(add({"/proc/x"}), prefix + R"("/proc/x" is in /proc, which is the lab's own)");
  EXPECT_EQ(add({"/dev"}), prefix + R"("/dev" has devices, which cannot be a node's own)");
  EXPECT_EQ(add({"/sys"}), prefix + R"("/sys" is in /sys, which is the lab's own)");
  EXPECT_EQ(add({"/run/netns"}),
            prefix + R"("/run/netns" is in /run/netns, which is the lab's own)");
  EXPECT_EQ(add({"/etc/passwd"}), prefix + R"("/etc/passwd" is not a directory)");
  EXPECT_EQ(add({"/etc/x", "/run", "/etc//x/"}), prefix + R"("/etc/x" is given twice)");
  EXPECT_THAT(lab.nodes(), SizeIs(1));  // and nothing was made
}

TEST_F(PrivateDirMessages, OfAFileOutsideNameThePrivateOnes) {
  EXPECT_EQ(text_of([&] { node.write_file("/etc/passwd", "x"); }),
            R"(write_file: "/etc/passwd" is not in the node's private_dirs: /etc/mybgpd, )"
            "/run/mybgpd");
  EXPECT_EQ(text_of([&] { (void)node.read_file("/etc/mybgpd2/x"); }),
            R"(read_file: "/etc/mybgpd2/x" is not in the node's private_dirs: /etc/mybgpd, )"
            "/run/mybgpd");
  EXPECT_EQ(text_of([&] { node.write_file("/etc/mybgpd/", "x"); }),
            R"(write_file: "/etc/mybgpd/" is a private directory, not a file in one)");
  EXPECT_EQ(text_of([&] { node.write_file("/etc/mybgpd/../passwd", "x"); }),
            R"(write_file: "/etc/mybgpd/../passwd" contains "..")");
  EXPECT_EQ(text_of([&] { node.write_file("mybgpd.conf", "x"); }),
            R"(write_file: "mybgpd.conf" is not absolute)");
  EXPECT_EQ(text_of([&] { lab.add_node("b").write_file("/etc/x", "x"); }),
            R"(write_file: "/etc/x" is not private: the node has no private_dirs)");
}

TEST_F(PrivateDirMessages, OfWhatTheKernelRefusesNameTheFile) {
  EXPECT_EQ(text_of([&] { (void)node.read_file("/etc/mybgpd/none"); }),
            "read /etc/mybgpd/none in a: No such file or directory");
  node.write_file("/etc/mybgpd/file", "x");
  EXPECT_EQ(text_of([&] { node.write_file("/etc/mybgpd/file/x", "x"); }),
            "write /etc/mybgpd/file/x in a: Not a directory");
  node.shell("ln -s /etc/passwd /etc/mybgpd/link");
  EXPECT_EQ(text_of([&] { node.write_file("/etc/mybgpd/link", "x"); }),
            "write /etc/mybgpd/link in a: a symbolic link leads out of /etc/mybgpd: Invalid "
            "cross-device link");
  node.shell("mkdir /etc/mybgpd/directory");
  EXPECT_EQ(text_of([&] { (void)node.read_file("/etc/mybgpd/directory"); }),
            "read /etc/mybgpd/directory in a: Is a directory");
}

TEST_F(PrivateDirMessages, OfADirectoryThatWasDeletedNameIt) {
  node.shell("rm -r /etc/mybgpd");
  EXPECT_EQ(text_of([&] { node.write_file("/etc/mybgpd/x", "x"); }),
            "write /etc/mybgpd/x in a: the private directory /etc/mybgpd was deleted: No such file "
            "or directory");
  EXPECT_EQ(text_of([&] { (void)node.read_file("/etc/mybgpd/x"); }),
            "read /etc/mybgpd/x in a: the private directory /etc/mybgpd was deleted: No such file "
            "or directory");
}

TEST_F(PrivateDirMessages, OfADirectoryThatCannotBeMadeNameIt) {
  Node& below_a_file = lab.add_node("b", {.private_dirs = {"/etc/passwd/x"}});
  EXPECT_EQ(text_of([&] { below_a_file.run([] {}); }),
            "open directory /etc/passwd in b: Not a directory");
}

}  // namespace
