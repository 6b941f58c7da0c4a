#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(Addresses, OfBothFamiliesAreListedWithTheirScopes) {
  PairNet net;
  EXPECT_THAT(net.a.addresses(),
              UnorderedElementsAre(AllOf(Inet("127.0.0.1/8"), Dev("lo"), Scope("host")),
                                   AllOf(Inet("::1/128"), Dev("lo"), Scope("host")),
                                   AllOf(Inet("10.0.0.1/24"), Dev("eth0"), Scope("global")),
                                   AllOf(Inet("fd00::1/64"), Dev("eth0"), Scope("global")),
                                   AllOf(Dev("eth0"), Scope("link"))));
}

TEST(Addresses, AreUsableAndForEverWhenAdded) {
  PairNet net;
  net.a.add_address("eth0", "fd01::1/64");
  EXPECT_THAT(net.a.addresses(),
              Contains(AllOf(Inet("fd01::1/64"), Field(&InterfaceAddress::tentative, false),
                             Field(&InterfaceAddress::dadfailed, false),
                             Field(&InterfaceAddress::valid, Eq(std::nullopt)),
                             Field(&InterfaceAddress::brd, Eq(std::nullopt)))));
}

TEST(Addresses, BringTheirConnectedRoute) {
  PairNet net;
  net.a.add_address("eth0", "10.1.0.1/16");
  net.a.add_address("eth0", "fd01::1/64");
  EXPECT_THAT(net.a.routes(), Contains(AllOf(To("10.1.0.0/16"), Dev("eth0"), Proto("kernel"),
                                             Scope("link"), Src("10.1.0.1"))));
  EXPECT_THAT(net.a.routes({.family = Family::kIpv6}),
              Contains(AllOf(To("fd01::/64"), Dev("eth0"), Proto("kernel"))));
}

TEST(Addresses, AnswerAtOnceAfterTheyAreAdded) {
  PairNet net;
  net.b.add_address("eth0", "10.0.0.7/24");
  net.b.add_address("eth0", "fd00::7/64");
  EXPECT_REACHABLE(net.a, "10.0.0.7");
  EXPECT_REACHABLE(net.a, "fd00::7");
}

TEST(Addresses, AreSilentAtOnceAfterTheyAreDeleted) {
  PairNet net;
  EXPECT_REACHABLE(net.a, "10.0.0.2");
  EXPECT_REACHABLE(net.a, "fd00::2");
  net.b.delete_address("eth0", "10.0.0.2/24");
  net.b.delete_address("eth0", "fd00::2/64");
  EXPECT_UNREACHABLE(net.a, "10.0.0.2", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(net.a, "fd00::2", GetsNoAnswer(), {.timeout = 50ms});
}

TEST(Addresses, OfAPrefixAlreadyThereAreSecondary) {
  PairNet net;
  net.a.add_address("eth0", "10.0.0.77/24");
  EXPECT_THAT(net.a.addresses(),
              Contains(AllOf(Inet("10.0.0.77/24"),
                             Field(&InterfaceAddress::flags, Contains("secondary")))));
}

TEST(Addresses, GoWithTheirPrimaryAsTheKernelDoesByDefault) {
  PairNet net;
  net.a.add_address("eth0", "10.0.0.77/24");
  net.a.delete_address("eth0", "10.0.0.1/24");
  EXPECT_THAT(net.a.addresses(), Not(Contains(Inet("10.0.0.77/24"))));
}

TEST(Addresses, OfIpv6GoWithTheirLinkAndThoseOfIpv4Stay) {
  PairNet net;
  net.a.set_down("eth0");
  EXPECT_THAT(net.a.addresses(), Contains(Inet("10.0.0.1/24")));
  EXPECT_THAT(net.a.addresses(), Not(Contains(Inet("fd00::1/64"))));
}

TEST(Addresses, ThatSomebodyElseHasFailDuplicateDetectionWhereItIsOn) {
  PairNet net;
  net.a.set_sysctl("net.ipv6.conf.eth0.accept_dad", "1");
  net.a.set_sysctl("net.ipv6.conf.eth0.dad_transmits", "1");
  net.a.add_address("eth0", "fd00::2/64");
  EXPECT_TRUE(net.a.wait_until([&] {
    return Matches(Contains(AllOf(Inet("fd00::2/64"), Field(&InterfaceAddress::dadfailed, true))))(
        net.a.addresses());
  }));
}

TEST(Addresses, ThatAreThereAlreadyAreRefused) {
  PairNet net;
  EXPECT_THAT([&] { net.a.add_address("eth0", "10.0.0.1/24"); }, ThrowsErrno(EEXIST));
  EXPECT_THAT([&] { net.a.add_address("eth0", "fd00::1/64"); }, ThrowsErrno(EEXIST));
}

TEST(Addresses, ThatAreNotThereCannotBeDeleted) {
  PairNet net;
  EXPECT_THAT([&] { net.a.delete_address("eth0", "10.0.0.9/24"); }, ThrowsErrno(EADDRNOTAVAIL));
  EXPECT_THAT([&] { net.a.delete_address("eth0", "fd00::9/64"); }, ThrowsErrno(EADDRNOTAVAIL));
}

TEST(Addresses, OfNoInterfaceAreRefused) {
  PairNet net;
  EXPECT_THAT([&] { net.a.add_address("eth9", "10.0.0.9/24"); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { net.a.delete_address("eth9", "10.0.0.9/24"); }, ThrowsErrno(ENODEV));
}

}  // namespace
