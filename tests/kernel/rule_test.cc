// Policy routing: which table is asked.
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

class RuleTest : public PairTest {};

TEST_F(RuleTest, OfANewNodeAreTheKernels) {
  EXPECT_THAT(a.rules(), ElementsAre(Table(255), Table(254), Table(253)));
  EXPECT_THAT(a.rules(Family::kIpv6), ElementsAre(Table(255), Table(254)));
}

TEST_F(RuleTest, ShowWhatTheyWereMadeOf) {
  const Rule rule{.priority = 50,
                  .from = "10.0.0.0/8",
                  .to = "192.0.2.0/24",
                  .fwmark = 6,
                  .fwmask = 15,
                  .iif = "eth0",
                  .table = 100};
  a.add_rule(rule);
  EXPECT_THAT(a.rules(), Contains(rule));
}

TEST_F(RuleTest, OfIpv6ShowsWhatItWasMadeOf) {
  const Rule rule{.priority = 50,
                  .family = Family::kIpv6,
                  .from = "fd00::/16",
                  .to = "2001:db8::/32",
                  .oif = "eth0",
                  .table = 1000};
  a.add_rule(rule);
  EXPECT_THAT(a.rules(Family::kIpv6), Contains(rule));
}

TEST_F(RuleTest, ChooseATableByMarkInIpv4) {
  b.add_address("lo", "192.0.2.1/32");
  a.add_route({.to = "default", .via = "10.0.0.2", .table = 100});
  a.add_rule({.fwmark = 7, .table = 100});
  EXPECT_REACHABLE(a, "192.0.2.1", {.mark = 7});
  EXPECT_UNREACHABLE(a, "192.0.2.1", FailsWith(ENETUNREACH), {.mark = 8});
}

TEST_F(RuleTest, ChooseATableByMarkInIpv6) {
  b.add_address("lo", "2001:db8::1/128");
  a.add_route({.to = "default", .via = "fd00::2", .table = 100});
  a.add_rule({.family = Family::kIpv6, .fwmark = 7, .table = 100});
  EXPECT_REACHABLE(a, "2001:db8::1", {.mark = 7});
  EXPECT_UNREACHABLE(a, "2001:db8::1", FailsWith(ENETUNREACH), {.mark = 8});
}

TEST_F(RuleTest, RefuseByTheirAction) {
  a.add_rule({.to = "10.0.0.2/32", .action = "prohibit"});
  a.add_rule({.to = "fd00::2/128", .action = "unreachable"});
  EXPECT_UNREACHABLE(a, "10.0.0.2", FailsWith(EACCES));
  EXPECT_UNREACHABLE(a, "fd00::2", FailsWith(ENETUNREACH));
}

TEST_F(RuleTest, AreGoneWhenTheyAreDeleted) {
  a.add_rule({.priority = 50, .fwmark = 7, .table = 100});
  a.add_rule({.priority = 51, .fwmark = 8, .table = 100});
  a.delete_rule({.priority = 50, .fwmark = 7, .table = 100});
  EXPECT_THAT(a.rules(), Not(Contains(Field(&Rule::priority, Optional(50u)))));
  EXPECT_THAT(a.rules(), Contains(Field(&Rule::priority, Optional(51u))));
}

TEST_F(RuleTest, ThatAreThereAlreadyAreRefused) {
  const Rule rule{.priority = 50, .fwmark = 7, .table = 100};
  a.add_rule(rule);
  EXPECT_THAT([&] { a.add_rule(rule); }, ThrowsErrno(EEXIST));
}

TEST_F(RuleTest, ThatAreNotThereCannotBeDeleted) {
  EXPECT_THAT([&] { a.delete_rule({.priority = 50, .fwmark = 7, .table = 100}); },
              ThrowsErrno(ENOENT));
}

}  // namespace
