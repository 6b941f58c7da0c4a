// EXPECT_EVENTUALLY: what wakes it, and that no change is lost.
#include "go.h"

#include <vethlab/fixtures/pair.h>
#include <vethlab/lab/asking.h>

#include <gtest/gtest-spi.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr auto kPrefix = "192.0.2.0/24";
constexpr auto kAdd = "ip route add 192.0.2.0/24 via 10.0.0.2";
constexpr auto kDelete = "ip route del 192.0.2.0/24";

// A job that, at each word, runs a command in its node: `+` the first, `-` the second.
void obey(const Node& node, const Go& go, const std::string& plus,
          const std::string& minus = "false") {
  node.start([&go, plus, minus] {
    for (;;) {
      const std::string& command = go.wait() == '+' ? plus : minus;
      ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }
  });
}

// Long before its time is over, which would be the last chance for one that was not woken.
class Soon {
 public:
  Soon() = default;
  Soon(const Soon&) = delete;
  Soon& operator=(const Soon&) = delete;
  ~Soon() { EXPECT_LT(std::chrono::steady_clock::now() - begin_, 25s) << "not woken"; }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Asks, and then lets go what changes the answer.
template <class T>
T then(const Go& go, bool& gone, T answer) {
  if (!std::exchange(gone, true)) go.say('+');
  return answer;
}

TEST(Eventually, IsWokenByWhatAProgramChanges) {
  PairNet net;
  const Go go;
  obey(net.a, go, kAdd);
  const Soon soon;
  bool gone = false;
  EXPECT_EVENTUALLY(then(go, gone, net.a.routes()), Contains(To(kPrefix)), 30s);
}

TEST(Eventually, SeesAChangeThatFallsBetweenAskingAndWaiting) {
  PairNet net;
  const Soon soon;
  int asked = 0;
  const auto ask = [&] {
    auto before = net.a.routes();
    if (++asked == 1) net.a.shell(kAdd);
    return before;
  };
  EXPECT_EVENTUALLY(ask(), Contains(To(kPrefix)), 30s);
}

// A daemon writes after it was asked, and the same question then asks it or its node something else, which
// hears of the line first. 200 ms are time enough for that; were they not, the test would try nothing.
struct LineBetweenTwoQuestions : PairTest {
  Go go;
  Daemon* daemon = nullptr;
  bool gone = false;
  void SetUp() override {
    a.shell("mkfifo /run/word");
    obey(a, go, "echo >/run/word");
    daemon = &a.spawn({"sh", "-c", "read word </run/word; echo late; exec sleep 100"});
  }
  template <class F>
  std::vector<std::string> output_and(F other) {
    auto output = daemon->output();
    if (std::exchange(gone, true)) return output;
    go.say('+');
    const auto end = std::chrono::steady_clock::now() + 200ms;
    while (std::chrono::steady_clock::now() < end) other();
    return output;
  }
};

TEST_F(LineBetweenTwoQuestions, ThatTheNodeHeardOfWakes) {
  const Soon soon;
  EXPECT_EVENTUALLY(output_and([&] { (void)a.links(); }), Contains("late"), 30s);
}

TEST_F(LineBetweenTwoQuestions, ThatTheDaemonWasAskedForWakes) {
  const Soon soon;
  EXPECT_EVENTUALLY(output_and([&] { (void)daemon->status(); }), Contains("late"), 30s);
}

// The subscription is there before the kernel is asked: whenever it comes, the change is seen.
TEST(Eventually, LosesNoChangeInARace) {
  PairNet net;
  const Go go;
  obey(net.a, go, kAdd, kDelete);
  for (int i = 0; i < 25; ++i) {
    const Soon soon;
    go.say('+');
    ASSERT_EVENTUALLY(net.a.routes(), Contains(To(kPrefix)), 30s);
    go.say('-');
    ASSERT_EVENTUALLY(net.a.routes(), Not(Contains(To(kPrefix))), 30s);
  }
}

TEST(Eventually, WaitsForEachNodeThatIsAskedInWhicheverLab) {
  PairNet one;
  PairNet other;
  const Go go;
  obey(other.b, go, "ip route add 192.0.2.0/24 via 10.0.0.1");
  const Soon soon;
  bool gone = false;
  const auto ask = [&] {
    return std::pair(one.a.routes().size(), then(go, gone, other.b.routes().size()));
  };
  EXPECT_EVENTUALLY(ask(), Pair(1, 2), 30s);
}

TEST(Eventually, BearsThatTheInterfaceIsNotThereYet) {
  PairNet net;
  const Go go;
  obey(net.a, go, "ip link add br9 type bridge");
  const Soon soon;
  go.say('+');
  EXPECT_EVENTUALLY(net.a.link("br9"), Kind("bridge"), 30s);
}

TEST(Eventually, BearsThatThereIsNoAddressYet) {
  Lab lab;
  Node& a = lab.add_node("a");
  a.add_bridge("br9");
  const Go go;
  obey(a, go, "ip address add 10.7.0.1/24 dev br9");
  const Soon soon;
  go.say('+');
  EXPECT_EVENTUALLY(a.address("br9"), IpAddress("10.7.0.1"), 30s);
}

TEST(Eventually, RepeatsAProbe) {
  PairNet net;
  net.b.set_down("eth0");
  const Go go;
  obey(net.b, go, "ip link set eth0 up");
  const Soon soon;
  bool gone = false;
  EXPECT_EVENTUALLY(then(go, gone, net.a.ping("10.0.0.2", {.timeout = 100ms})), Replies(), 30s);
}

TEST(Eventually, RepeatsAProgram) {
  PairNet net;
  const Go go;
  obey(net.a, go, kAdd);
  const Soon soon;
  bool gone = false;
  EXPECT_EVENTUALLY(then(go, gone, net.a.exec({"ip", "route"})), Prints(HasSubstr(kPrefix)), 30s);
}

TEST(Eventually, RepeatsASysctl) {
  PairNet net;
  const Go go;
  obey(net.a, go, "echo 1 > /proc/sys/net/ipv4/ip_forward");
  const Soon soon;
  bool gone = false;
  EXPECT_EVENTUALLY(then(go, gone, net.a.sysctl("net.ipv4.ip_forward")), "1", 30s);
}

TEST(Eventually, RepeatsAClosureAndWaitsInOne) {
  PairNet net;
  const Go go;
  obey(net.a, go, kAdd);
  const Soon soon;
  bool gone = false;
  EXPECT_EVENTUALLY(then(go, gone, net.a.run([&] { return net.a.routes().size(); })), 2u, 30s);
  net.a.run([&] { ASSERT_EVENTUALLY(net.a.routes(), Contains(To(kPrefix)), 30s); });
}

TEST(Eventually, RepeatsWhatAsksNoNode) {
  std::atomic<int> value = 0;
  const Soon soon;
  std::jthread thread;
  const auto ask = [&] {
    if (!thread.joinable()) thread = std::jthread([&] { value = 7; });
    return value.load();
  };
  EXPECT_EVENTUALLY(ask(), 7, 30s);
}

// As a capture or a program's output tells that it has something.
TEST(Eventually, IsWokenByADescriptor) {
  PairNet net;
  const Go words;
  const Go go;
  int asked = 0;
  net.a.start([&] {
    (void)go.wait();
    words.say('x');
  });
  const auto ask = [&] {
    vethlab::internal::asking->note_readable(words.fd());
    return ++asked == 1 ? (go.say(), ' ') : words.wait();
  };
  const Soon soon;
  EXPECT_EVENTUALLY(ask(), 'x', 30s);
  EXPECT_EQ(asked, 2);
}

TEST(Eventually, InsideAnotherTellsItWhatItAsked) {
  PairNet net;
  const Go go;
  obey(net.b, go, "ip route add 192.0.2.0/24 via 10.0.0.1");
  const Soon soon;
  bool gone = false;
  const auto ask = [&] {
    std::size_t routes = 0;
    EXPECT_EVENTUALLY(routes = net.b.routes().size(), Ge(1u));
    return then(go, gone, routes);
  };
  EXPECT_EVENTUALLY(ask(), 2u, 30s);
}

TEST(Eventually, AsksAgainAfterAnOverrun) {
  PairNet net;
  std::optional<Soon> soon;
  int asked = 0;
  const auto ask = [&] {
    auto before = net.a.routes();
    if (++asked > 1) return before;
    for (int i = 0; i < 3000; ++i) {
      net.a.add_address("lo", "10.7.0.1/32");
      net.a.delete_address("lo", "10.7.0.1/32");
    }
    net.a.add_route({.to = kPrefix, .via = "10.0.0.2"});
    soon.emplace();
    return before;
  };
  EXPECT_EVENTUALLY(ask(), Contains(To(kPrefix)), default_time(50));
}

TEST(Eventually, AsksAtOnceAndOnceMoreWhenItsTimeIsOver) {
  PairNet net;
  int asked = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto ask = [&] {
    (void)net.a.routes();
    return ++asked > 1 && std::chrono::steady_clock::now() - begin >= 50ms;
  };
  EXPECT_EVENTUALLY(ask(), IsTrue(), 50ms);
  EXPECT_THAT(asked, AllOf(Ge(2), Le(4))) << "is asked although nothing was announced";
}

TEST(Eventually, HasThePatienceOfTheLabsThatAreAsked) {
  static const Node* a = nullptr;  // EXPECT_NONFATAL_FAILURE takes no locals
  Lab lab({.patience = 30ms});
  a = &lab.add_node("a");
  EXPECT_NONFATAL_FAILURE(EXPECT_EVENTUALLY(a->routes(), Not(IsEmpty())), "within 30 ms");
}

TEST(Eventually, PassesOnWhatElseTheQuestionThrows) {
  const auto ask = []() -> int { throw std::out_of_range("mine"); };
  EXPECT_THROW(EXPECT_EVENTUALLY(ask(), 1), std::out_of_range);
  EXPECT_EQ(vethlab::internal::asking, nullptr);
}

TEST(Eventually, TakesAnyAnswerAndAnyMatcher) {
  PairNet net;
  const std::vector<std::string> words = {"a", "b"};
  const auto reference = [&]() -> const std::vector<std::string>& { return words; };
  EXPECT_EVENTUALLY(reference(), ElementsAre("a", "b"));
  EXPECT_EVENTUALLY(words, Contains("b"));
  EXPECT_EVENTUALLY(std::make_unique<int>(3), Pointee(3));
  EXPECT_EVENTUALLY(net.a.links().at(1), IsUp());       // into a temporary
  EXPECT_EVENTUALLY(net.a.link("eth0").mtu, Eq(1500));  // a part of one
  EXPECT_EVENTUALLY(net.a.link("eth0").name, "eth0");
  EXPECT_EVENTUALLY(net.a.routes(), _);
  EXPECT_EVENTUALLY(net.a.routes({.family = Family::kIpv6}), Not(IsEmpty()), 1s);
}

}  // namespace
