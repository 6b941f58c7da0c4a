// Programs that print JSON, in a node.
#include <vethlab/fixtures/pair.h>

#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <system_error>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct JsonTest : PairTest {};

TEST_F(JsonTest, IsWhatIpPrints) {
  EXPECT_THAT(a.json({"ip", "-j", "addr", "show", "dev", "eth0"}),
              HasJson(R"([{"ifname": "eth0", "operstate": "UP", "addr_info": [
                           {"family": "inet6", "local": "fd00::1", "prefixlen": 64},
                           {"family": "inet", "local": "10.0.0.1"}]}])"));
  const Json routes = a.json({"ip", "-j", "route"});
  EXPECT_THAT(routes, HasJson(R"([{"dst": "10.0.0.0/24", "dev": "eth0", "gateway": null}])"));
  EXPECT_THAT(routes, Not(HasJson(R"([{"dst": "default"}])")));
  EXPECT_EQ(routes.at("/0/dev"), "eth0");
  EXPECT_EQ(routes.size(), 1U);
}

TEST_F(JsonTest, IsWhatNftPrints) {
  a.nft("table inet f { chain in { type filter hook input priority 0; tcp dport 80 drop; }; }");
  EXPECT_THAT(a.json({"/usr/sbin/nft", "-j", "list", "ruleset"}), HasJson(R"({"nftables": [
                {"rule": {"chain": "in", "expr": ["__ordered__",
                   {"match": {"op": "==", "right": 80}}, {"drop": "*"}]}},
                {"chain": {"name": "in", "hook": "input", "policy": "accept"}}]})"));
}

TEST_F(JsonTest, IsAskedAgainUntilItIsAsExpected) {
  a.start([] { (void)!std::system("sleep 0.1; exec ip route add 10.3.0.0/24 via 10.0.0.2"); });
  EXPECT_EVENTUALLY(a.json({"ip", "-j", "route"}),
                    HasJson(R"([{"dst": "10.3.0.0/24", "gateway": "10.0.0.2"}])"));
  EXPECT_STAYS(a.json({"ip", "-j", "route"}), HasJson(R"([{"dst": "10.3.0.0/24"}])"), 50ms);
}

// It fails at first, then prints what is no JSON, then JSON without that part.
TEST(JsonOfADaemon, ThatIsNotUpYetIsAskedForAgain) {
  Lab lab;
  Node& r1 = lab.add_node("r1", {.private_dirs = {"/run/d"}});
  const auto show = [&] { return r1.json({"cat", "/run/d/state"}); };
  r1.start([] {
    (void)!std::system(
        "cd /run/d; sleep 0.1; echo starting >state; sleep 0.1; echo '{}' >new; mv new state;"
        "sleep 0.1; echo '{\"peers\": {\"10.0.0.2\": \"Established\"}}' >new; exec mv new state");
  });
  EXPECT_EVENTUALLY(show().at("/peers/10.0.0.2"), "Established");
}

// That a program failed is no evidence that a route is not there.
TEST_F(JsonTest, OfAProgramThatFailsMatchesNotEvenANegation) {
  const auto fails = [&] { return a.json({"false"}); };
  EXPECT_NONFATAL_FAILURE(EXPECT_EVENTUALLY(fails(), Not(HasJson("[1]")), 20ms), "exit status 1");
  EXPECT_NONFATAL_FAILURE(EXPECT_STAYS(fails(), Not(HasJson("[1]")), 20ms), "exit status 1");
  EXPECT_THROW((void)fails(), NoJson);
}

TEST_F(JsonTest, OfAProgramThatIsNotThereIsItsSystemError) {
  EXPECT_THROW((void)a.json({"no-such-program"}), std::system_error);
}

TEST_F(JsonTest, TakesWhatExecTakes) {
  EXPECT_EQ(a.json({"cat"}, {.input = "[1, 2]"}).at("/1"), 2);
  EXPECT_THROW((void)a.json({"sleep", "9"}, {.timeout = 20ms}), NoJson);
}

}  // namespace
