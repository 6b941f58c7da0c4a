// What bad input and refusals say, to the letter but for the line.
#include "text_of.h"

#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <cmath>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(BadInput, NamesTheArgumentAndWhy) {
  PairNet net;
  const auto connect = [&](std::string_view name) {
    return text_of([&] { net.lab.connect({net.a, name}, net.b); });
  };
  EXPECT_EQ(connect(""), "connect: interface name \"\" is empty");
  EXPECT_EQ(connect("abcdefghijklmnop"),
            "connect: interface name \"abcdefghijklmnop\" has 16 characters: the kernel takes at "
            "most 15");
  EXPECT_EQ(connect("a/b"), "connect: interface name \"a/b\" contains '/'");
  EXPECT_EQ(connect("a b"), "connect: interface name \"a b\" contains white space");
  EXPECT_EQ(connect("eth0"), "connect: interface name \"eth0\" is taken in a");
  EXPECT_EQ(text_of([&] { net.a.add_address("eth0", "10.0.0.256"); }),
            "\"10.0.0.256\" is not a prefix: \"10.0.0.256\" is not an IPv4 or IPv6 address");
  EXPECT_EQ(text_of([&] { net.a.add_route({.to = "10.0.0.1/24", .via = "10.0.0.2"}); }),
            "add_route: to 10.0.0.1/24 has host bits set: the network is 10.0.0.0/24");
  EXPECT_EQ(text_of([&] { net.lab.add_node("a"); }), "add_node: node name \"a\" is taken");
  EXPECT_EQ(
      text_of([&] { net.a.set_sysctl("kernel.hostname", "x"); }),
      "sysctl \"kernel.hostname\": only names below \"net.\" belong to a node; all others are the "
      "machine's");
  EXPECT_EQ(text_of([&] { (void)net.a.ping("10.0.0.2", {.count = 0}); }),
            "ping: count 0 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { (void)net.a.route_to("10.0.0.2", {.src = "fd00::1"}); }),
            "route_to: src fd00::1 and 10.0.0.2 are of different families");
  EXPECT_EQ(text_of([] { const Lab lab({.grace = -1ms}); }),
            "Lab: grace -1 ms is not 0 ms to an hour");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.delay = -1ms}); }),
            "set_impairment: delay -1 ms is not 0 ms to 1 h");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.delay = 1h + 1ms}); }),
            "set_impairment: delay 3600001 ms is not 0 ms to 1 h");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.jitter = 2001ms}); }),
            "set_impairment: jitter 2001 ms is not 0 ms to 2 s");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.loss_percent = 100.5}); }),
            "set_impairment: loss_percent 100.5 is not 0 to 100");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.loss_percent = std::nan("")}); }),
            "set_impairment: loss_percent nan is not 0 to 100");
  EXPECT_EQ(text_of([&] { net.wire.set_impairment({.rate_bits_per_second = 7}); }),
            "set_impairment: rate_bits_per_second 7 is neither 0 (no limit) nor 8 or more");
  EXPECT_THAT(net.a.link("eth0"), Qdisc("noqueue"));
  EXPECT_THAT(net.a.links(), SizeIs(2));  // and nothing was created
  EXPECT_THAT(net.b.links(), SizeIs(2));
}

TEST(BadInput, IsANodeOfAnotherLab) {
  PairNet one;
  PairNet two;
  EXPECT_EQ(text_of([&] { one.lab.connect(one.a, two.b); }),
            "connect: node b belongs to another lab");
  EXPECT_EQ(text_of([&] { one.wire.set_down(two.b); }),
            "set_down: b is at neither end of the wire from a to b");
  EXPECT_EQ(text_of([&] { (void)one.a.ping(two.b); }), "node b belongs to another lab than a");
}

TEST(Refusals, KeepTheKernelsWords) {
  PairNet net;
  EXPECT_EQ(text_of([&] { net.a.add_route({.to = "192.0.2.0/24", .via = "10.9.9.9"}); }),
            "add route 192.0.2.0/24 via 10.9.9.9 in a: Nexthop has invalid gateway: Network is "
            "unreachable");
  EXPECT_EQ(text_of([&] { net.a.set_up("eth9"); }), "find interface eth9 in a: No such device");
}

}  // namespace
