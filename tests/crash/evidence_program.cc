// A user's tests that fail in every way, and some that don't: for evidence_test.cc and hold_test.cc to run.
#include <vethlab/fixtures/pair.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>

#include <gtest/gtest-spi.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct Line {
  Lab lab{{.plan = {}}};
  Node& client = lab.add_node("client");
  Node& r1 = lab.add_node("r1", {.forwarding = true});
  Node& server = lab.add_node("server");
  Wire& near = lab.connect({client, "eth0", "10.0.0.1/24"}, {r1, "eth0", "10.0.0.2/24"});
  Wire& far = lab.connect({r1, "eth1", "10.0.1.1/24"}, {server, "eth0", "10.0.1.2/24"});
};

TEST(Evidence, OfALine) {
  Line net;
  net.r1.capture("eth0", "icmp");
  net.client.add_route({.to = "default", .via = "10.0.0.2"});
  (void)net.client.exec({"sh", "-c", "echo no >&2; exit 3"});
  EXPECT_THROW(net.client.set_up("nosuch"), std::system_error);
  net.r1.drop("icmp type echo-request");
  net.server.spawn(
      {"sh", "-c", "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.05; done"},
      {.ready = prints_line("up")});
  EXPECT_REACHABLE(net.client, net.r1, {.timeout = 50ms});
  net.far.drop_all();
  EXPECT_EQ(1, 2) << "later";
}

TEST(Evidence, OfAnException) {
  Line net;
  net.client.set_up("nosuch");
}

TEST(Evidence, OfAVethMadeByHand) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  a.add_veth("veth0", "ceth0");
  a.move("ceth0", b);
  FAIL();
}

TEST(Evidence, AfterItsLab) {
  { Line net; }
  FAIL() << "late";
}

TEST(Evidence, InAClosure) {
  Line net;
  net.client.run([] { EXPECT_EQ(1, 2); });
}

TEST(Evidence, InAThread) {
  Line net;
  std::thread([] { EXPECT_EQ(1, 2); }).join();
}

TEST(Evidence, OfADaemonThatDied) {
  Line net;
  net.r1.spawn({"sh", "-c", "echo up; sleep 0.05; echo oops >&2; exit 7"},
               {.ready = prints_line("up")});
  EXPECT_EVENTUALLY(net.client.routes(), IsEmpty());
}

TEST(Evidence, OfALabThatDoesNotEnd) {
  Lab lab({.grace = 30ms});
  lab.add_node("a").shell("trap '' TERM; sleep 1000 >/dev/null 2>&1 &");
}

TEST(Evidence, OfALabWithoutItsKeeper) {
  Line net;
  ::kill(net.client.state().lab.keeper.pid(), SIGKILL);
  FAIL();
}

TEST(Evidence, OfALeak) {
  Line net;
  (void)net.client.socket(AF_INET, SOCK_DGRAM).release();
}

TEST(Evidence, OfTwoLabs) {
  Line one;
  Line two;
  FAIL();
}

TEST(Evidence, OfManySteps) {
  Line net;
  for (int i = 0; i < 2600; ++i)
    net.client.set_sysctl("net.ipv4.ip_forward", std::to_string(i % 2));
  FAIL();
}

TEST(Evidence, OfALabInAClosure) {
  Line net;
  net.client.run([] {
    Lab inner;
    inner.add_node("inner").set_mtu("lo", 1400);
    FAIL();
  });
}

TEST(Evidence, OfNoLab) { FAIL(); }

TEST(Evidence, IsNotKeptOfOneThatPasses) {
  Line net;
  EXPECT_REACHABLE(net.client, net.r1);
}

TEST(Evidence, IsNotKeptOfWhatIsIntercepted) {
  Line net;
  EXPECT_NONFATAL_FAILURE(EXPECT_REACHABLE(net.client, "10.0.1.2"), "ENETUNREACH");
}

TEST(Evidence, IsNotKeptOfASkip) {
  Line net;
  GTEST_SKIP();
}

TEST(Evidence, IsNotKeptOfAnExpectedException) {
  EXPECT_THROW(
      {
        Line net;
        net.client.set_up("nosuch");
      },
      std::system_error);
}

TEST(Evidence, IsNotKeptByADeathTest) {
  Line net;
  EXPECT_DEATH(
      {
        ADD_FAILURE();
        std::abort();
      },
      "");
}

struct Given : TestWithParam<int> {};
TEST_P(Given, AValue) {
  Line net;
  EXPECT_EQ(GetParam(), 0);
}
INSTANTIATE_TEST_SUITE_P(All, Given, Values(0, 1));

struct WithLabOfTheSuite : Test {
  static void SetUpTestSuite() { net = std::make_unique<Line>(); }
  static void TearDownTestSuite() { net.reset(); }
  static std::unique_ptr<Line> net;
};
std::unique_ptr<Line> WithLabOfTheSuite::net;

TEST_F(WithLabOfTheSuite, Fails) {
  net->client.run([] { FAIL(); });
}
TEST_F(WithLabOfTheSuite, Passes) {}

}  // namespace
