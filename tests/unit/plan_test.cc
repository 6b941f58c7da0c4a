// Addresses that nobody chose, and what is wrong with routes and rules before the kernel is asked.
#include <vethlab/lab/address_plan.h>
#include <vethlab/lab/route_checks.h>

#include <gmock/gmock.h>

#include <functional>
#include <set>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace vethlab::internal;

namespace {

constexpr Caller kHere{"dir/x_test.cc", 7};
const std::vector<Family> kBoth = {Family::kIpv4, Family::kIpv6};

std::string refusal(const std::function<void()>& check) {
  try {
    check();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "(taken)";
}

TEST(AddressPlan, GivesWhatTheHeaderPromises) {
  AddressPlan plan(kBoth);
  const int wire = plan.new_wire();
  EXPECT_THAT(plan.addresses(wire, 1, kHere), ElementsAre("10.200.1.1/24", "fd00:200:0:1::1/64"));
  EXPECT_THAT(plan.addresses(wire, 2, kHere), ElementsAre("10.200.1.2/24", "fd00:200:0:1::2/64"));
  const int sw = plan.new_switch();
  EXPECT_THAT(plan.addresses(sw, 1, kHere), ElementsAre("10.233.0.1/16", "fd00:232:0:1::1/64"));
  EXPECT_THAT(plan.addresses(sw, 300, kHere),
              ElementsAre("10.233.1.44/16", "fd00:232:0:1::12c/64"));
}

TEST(AddressPlan, GivesTheFamiliesThatWereAskedFor) {
  AddressPlan none({});
  EXPECT_THAT(none.addresses(none.new_wire(), 1, kHere), IsEmpty());
  AddressPlan v6({Family::kIpv6});
  EXPECT_THAT(v6.addresses(v6.new_wire(), 1, kHere), ElementsAre("fd00:200:0:1::1/64"));
}

TEST(AddressPlan, RepeatsNothingUntilItIsUsedUp) {
  AddressPlan plan(kBoth);
  std::set<std::string> seen;
  int wires = 0;
  const std::string end = refusal([&] {
    for (;; ++wires)
      for (const Prefix& each : plan.addresses(plan.new_wire(), 1, kHere))
        if (!seen.insert(each.text()).second) throw std::logic_error(each.text());
  });
  EXPECT_GT(wires, 8000);
  EXPECT_THAT(end, StartsWith("x_test.cc:7: "));
}

TEST(AddressPlan, CountsMacAddressesAndIndexes) {
  AddressPlan plan(kBoth);
  EXPECT_EQ(plan.next_mac(), "02:00:00:00:00:01");
  for (int i = 0; i < 255; ++i) (void)plan.next_mac();
  EXPECT_EQ(plan.next_mac(), "02:00:00:00:01:01");
  EXPECT_EQ(plan.next_index(), 101);
  EXPECT_EQ(plan.next_index(), 102);
}

std::string check(const Route& route) {
  return refusal([&] { (void)checked_route(route, "add_route", kHere); });
}

TEST(RouteChecks, NameTheFieldAndWhy) {
  EXPECT_EQ(check({.to = "10.0.0.1/24", .via = "10.0.0.2"}),
            "x_test.cc:7: add_route: to 10.0.0.1/24 has host bits set: the network is 10.0.0.0/24");
  EXPECT_THAT(check({.type = "black", .to = "10.0.0.0/8"}),
              StartsWith("x_test.cc:7: add_route: type \"black\" is none of unicast, local, "));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .scope = "galaxy"}),
              HasSubstr("scope \"galaxy\" is none"));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .table = 0}), EndsWith("table 0 is not 1 or more"));
  EXPECT_THAT(check({.to = "2001:db8::/32", .via = "10.0.0.1"}),
              EndsWith("via 10.0.0.1 is not of the family of 2001:db8::/32"));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .dev = "eth0", .src = "fd00::1"}),
              EndsWith("src fd00::1 is not of the family of 10.0.0.0/8"));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .via = "10.9.9.9", .nexthops = {{.dev = "eth0"}}}),
              EndsWith("give either via and dev, or nexthops"));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .nexthops = {{}}}),
              EndsWith("a next hop has neither via nor dev"));
  EXPECT_THAT(check({.to = "10.0.0.0/8", .nexthops = {{.dev = "eth0", .weight = 257}}}),
              EndsWith("weight 257 of a next hop is not 1 to 256"));
}

TEST(RouteChecks, TakeTheDefaultsFamilyFromItsRouter) {
  EXPECT_EQ(checked_route({.to = "default", .via = "fd00::1"}, "add_route", kHere).to, "::/0");
  EXPECT_EQ(checked_route({.to = "default", .via = "10.0.0.1"}, "add_route", kHere).to,
            "0.0.0.0/0");
}

TEST(RuleChecks, NameTheFieldAndWhy) {
  const auto rule = [](const Rule& r) {
    return refusal([&] { (void)checked_rule(r, "add_rule", kHere); });
  };
  EXPECT_EQ(rule({.from = "10.0.0.1/8", .table = 100}),
            "x_test.cc:7: add_rule: from 10.0.0.1/8 has host bits set: the network is 10.0.0.0/8");
  EXPECT_THAT(rule({.from = "10.0.0.0/8", .to = "fd00::/16", .table = 100}),
              EndsWith("from 10.0.0.0/8 is not of the rule's family"));
  EXPECT_THAT(rule({.action = "jump"}), HasSubstr("action \"jump\" is none of "));
  EXPECT_EQ(checked_rule({.to = "fd00::/16", .table = 100}, "add_rule", kHere).family,
            Family::kIpv6);
}

}  // namespace
