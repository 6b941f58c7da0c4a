// What names may be: interfaces, nodes, MAC addresses, sysctls.
#include <vethlab/lab/names.h>
#include <vethlab/lab/sysctl_path.h>

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace vethlab::internal;

namespace {

constexpr Caller kHere{"dir/x_test.cc", 7};

std::string refusal(const std::function<void()>& check) {
  try {
    check();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "(taken)";
}

TEST(Names, OfInterfacesAreTheKernels) {
  const auto check = [](std::string_view name) {
    return refusal([&] { check_interface_name(name, "connect", kHere); });
  };
  for (const char* const good : {"e", "eth0", "eth0.5", "veth-a_b", "fifteen.letters", "%d", "ä"})
    EXPECT_EQ(check(good), "(taken)") << good;
  EXPECT_EQ(check(""), "x_test.cc:7: connect: interface name \"\" is empty");
  EXPECT_EQ(check("sixteen.letters."),
            "x_test.cc:7: connect: interface name \"sixteen.letters.\" has 16 characters: the "
            "kernel takes at most 15");
  EXPECT_EQ(check("a/b"), "x_test.cc:7: connect: interface name \"a/b\" contains '/'");
  EXPECT_EQ(check("a:b"), "x_test.cc:7: connect: interface name \"a:b\" contains ':'");
  EXPECT_EQ(check("a\tb"), "x_test.cc:7: connect: interface name \"a\tb\" contains white space");
  EXPECT_EQ(check(".."), "x_test.cc:7: connect: interface name \"..\" is not a name");
  EXPECT_EQ(check(std::string_view("a\0b", 3)),
            "x_test.cc:7: connect: interface name \"a\\0b\" contains a zero byte");
}

TEST(Names, OfNodesMayBeFileNames) {
  const auto check = [](std::string_view name) {
    return refusal([&] { check_node_name(name, "add_node", kHere); });
  };
  EXPECT_EQ(check(std::string(63, 'x')), "(taken)");
  EXPECT_EQ(check("r1:a"), "(taken)");
  EXPECT_EQ(check(""), "x_test.cc:7: add_node: node name \"\" is empty");
  EXPECT_THAT(check(std::string(64, 'x')), EndsWith("has 64 characters: at most 63"));
  for (const char* const bad : {".", "..", "a/b", "a b", "a\n"})
    EXPECT_THAT(check(bad), StartsWith("x_test.cc:7: add_node: node name ")) << bad;
}

TEST(Names, OfMacAddressesAreSixBytes) {
  const auto check = [](std::string_view mac) {
    return refusal([&] { check_mac(mac, "set_mac", kHere); });
  };
  EXPECT_EQ(check("02:00:00:00:00:01"), "(taken)");
  EXPECT_EQ(check("AA:bb:CC:dd:EE:ff"), "(taken)");
  EXPECT_EQ(check("02:00"),
            "x_test.cc:7: set_mac: \"02:00\" is not a MAC address as \"02:00:00:00:00:01\"");
  for (const char* const bad : {"", "02:00:00:00:00:01:02", "02-00-00-00-00-01",
                                "02:00:00:00:00:0g", "2:0:0:0:0:1:", " 02:00:00:00:00:01"})
    EXPECT_THAT(check(bad), HasSubstr("is not a MAC address")) << bad;
}

TEST(Names, OfSysctlsHaveEitherSeparator) {
  EXPECT_EQ(sysctl_path("net.ipv4.ip_forward", kHere), "ipv4/ip_forward");
  EXPECT_EQ(sysctl_path("net/ipv4/ip_forward", kHere), "ipv4/ip_forward");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/5.rp_filter", kHere), "ipv4/conf/eth0.5/rp_filter");
  EXPECT_EQ(sysctl_path("net/ipv4/conf/eth0.5/rp_filter", kHere), "ipv4/conf/eth0.5/rp_filter");
}

TEST(Names, OfSysctlsOutsideOfANodeAreRefused) {
  const auto check = [](std::string_view name) {
    return refusal([&] { (void)sysctl_path(name, kHere); });
  };
  EXPECT_EQ(check("kernel.hostname"),
            "x_test.cc:7: sysctl \"kernel.hostname\": only names below \"net.\" belong to a node; "
            "all others are the machine's");
  for (const char* const bad : {"", "net", "net.", "net/", "network.x", "/net/ipv4/x"})
    EXPECT_THAT(check(bad), HasSubstr("only names below \"net.\"")) << bad;
  for (const char* const bad : {"net/../kernel/hostname", "net/ipv4/..", "net/ipv4/../../kernel"})
    EXPECT_THAT(check(bad), EndsWith("not a name")) << bad;
  EXPECT_THAT(check("net." + std::string(300, 'x')), EndsWith("the name is too long"));
}

TEST(HostName, HasLettersDigitsAndHyphens) {
  for (const char* const good : {"a", "r1", "web-1", "a.b-c.D", "1"})
    EXPECT_TRUE(is_host_name(good)) << good;
  for (const char* const bad : {"", "-a", "a-", "a_b", "a.", ".a", "a..b", "\u00e4", "localhost"})
    EXPECT_FALSE(is_host_name(bad)) << bad;
}

}  // namespace
