#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/netns/baseline.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(Sysctl, StartsFromTheBaseline) {
  Lab lab;
  lab.add_node("first");
  const Node& second = lab.add_node("second");
  for (const netns::Sysctl& setting : netns::kBaseline)
    EXPECT_EQ(second.sysctl(std::string("net/") + setting.path), setting.value) << setting.path;
}

TEST(Sysctl, IsSetInOneNodeOnly) {
  PairNet net;
  net.a.set_sysctl("net.ipv4.ip_forward", "1");
  EXPECT_EQ(net.a.sysctl("net.ipv4.ip_forward"), "1");
  EXPECT_EQ(net.b.sysctl("net.ipv4.ip_forward"), "0");
}

TEST(Socket, IsBornInItsNode) {
  PairNet net;
  const UniqueFd server = net.b.socket(AF_INET, SOCK_STREAM);
  const SocketAddress at = socket_address("10.0.0.2", 5000);
  ASSERT_EQ(::bind(server.get(), at.get(), at.size), 0);
  ASSERT_EQ(::listen(server.get(), 1), 0);
  const UniqueFd client = net.a.socket(AF_INET, SOCK_STREAM);
  ASSERT_EQ(::connect(client.get(), at.get(), at.size), 0);
  const UniqueFd accepted(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_TRUE(accepted);
  ASSERT_EQ(::send(client.get(), "hello", 5, 0), 5);
  char text[5];
  ASSERT_EQ(::recv(accepted.get(), text, sizeof text, MSG_WAITALL), 5);
  EXPECT_EQ(std::string(text, 5), "hello");
}

TEST(WaitUntil, WakesAtAChangeAndEndsAtItsDeadline) {
  PairNet net;
  const UniqueFd unused = net.a.socket(AF_INET, SOCK_DGRAM);
  int asked = 0;
  EXPECT_TRUE(net.a.wait_until([&] {
    if (++asked == 1) net.b.set_down("eth0");
    return !net.a.link("eth0").lower_up;
  }));
  EXPECT_FALSE(net.a.wait_until([&] { return net.a.links().empty(); }, 30ms));
}

TEST(Monitor, TellsWhatChanged) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  net.a.add_address("eth0", "10.7.0.1/24");
  net.a.delete_address("eth0", "10.7.0.1/24");
  const auto seen = monitor.changes();
  const auto is = [](Change::Kind kind) {
    return AllOf(Field(&Change::kind, kind),
                 Field(&Change::object, VariantWith<InterfaceAddress>(Inet("10.7.0.1/24"))));
  };
  EXPECT_THAT(seen, Contains(is(Change::Kind::kNew)));
  EXPECT_THAT(seen, Contains(is(Change::Kind::kDeleted)));
  EXPECT_THAT(monitor.changes(), IsEmpty());
}

TEST(Monitor, NoticesThatItLostSome) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  for (int i = 0; i < 1000; ++i) {
    net.a.add_address("lo", "10.7.0.1/24");
    net.a.delete_address("lo", "10.7.0.1/24");
  }
  EXPECT_THAT(monitor.changes(), Contains(Field(&Change::kind, Change::Kind::kOverrun)));
  EXPECT_THAT(net.a.addresses(), Not(Contains(Inet("10.7.0.1/24"))));  // the truth is there to ask
}

TEST(Lab, WorksInTheMachinesUserNamespaceForRoot) {
  if (::geteuid() != 0) return;  // real root needs root
  Lab lab({.user_namespace = UserNamespace::kHosts});
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  lab.connect(a, b);
  EXPECT_REACHABLE(a, b);
}

}  // namespace
