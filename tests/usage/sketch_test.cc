// The first tests that a newcomer writes, and every way to say connect(). This file is the contract:
// a change that makes it longer or less plain needs a reason.
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

// --- the code under test (somebody's) ---
sockaddr_in in4(const char* address, std::uint16_t port) {
  sockaddr_in name{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

struct MyClient {
  MyClient(const char* address, std::uint16_t port) {
    const sockaddr_in to = in4(address, port);
    ok = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  [[nodiscard]] bool connected() const { return ok; }

  UniqueFd fd{::socket(AF_INET, SOCK_STREAM, 0)};
  bool ok = false;
};

void listen_for_ever(std::uint16_t port) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in name = in4("0.0.0.0", port);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(fd.get(), 8), 0);
  ::pause();
}
// --- the tests ---

TEST(ContainerNetworking, ContainerAndHostReachEachOther) {
  Lab lab;
  auto& host = lab.add_node("host");
  auto& netns0 = lab.add_node("netns0");
  lab.connect({host, "veth0", "172.18.0.11/16"}, {netns0, "ceth0", "172.18.0.10/16"});

  EXPECT_REACHABLE(netns0, "172.18.0.11");
  EXPECT_REACHABLE(netns0, host);
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", FailsWith(ENETUNREACH));
  EXPECT_THAT(netns0.ping("8.8.8.8"), FailsWith(ENETUNREACH));
  EXPECT_THAT(netns0.routes(), ElementsAre(AllOf(To("172.18.0.0/16"), Dev("ceth0"), Proto("kernel"),
                                                 Src("172.18.0.10"))));

  const std::uint16_t port = 5000;
  host.start([&] { listen_for_ever(port); }, {.ready = listens_on_tcp(5000)});
  netns0.run([&] {
    const MyClient client("172.18.0.11", port);
    ASSERT_TRUE(client.connected());
  });
  ASSERT_NO_FATAL_FAILURE(netns0.run([&] { ASSERT_EQ(port, 5000); }));
  EXPECT_THAT(netns0.exec({"ip", "-brief", "link", "show", "ceth0"}), Prints(HasSubstr("UP")));
}

TEST(Connect, EveryWayToSayIt) {
  Lab lab({.patience = 2s});
  Node& a = lab.add_node("a", {.forwarding = true});
  Node& b = lab.add_node("b");
  Node& sw = lab.add_switch("sw");
  lab.connect(a, b);
  lab.connect({a}, {b});
  lab.connect(a, {b, "eth7"});
  lab.connect({a, "eth3", {"10.0.0.1/24", "fd00::1/64"}},
              {b, "eth2", {"10.0.0.2/24", "fd00::2/64"}, {.mtu = 9000}});
  lab.connect({a, "eth4", {}, {.mac = "02:00:00:00:99:01"}}, sw);
  const std::string name = "eth5";
  const Prefix address = "10.0.4.1/24";
  lab.connect({a, name, address}, b);
  a.add_route({.to = "10.0.0.0/8", .via = "10.0.0.2", .metric = 20});
  a.add_route({.type = "blackhole", .to = "192.0.2.0/24"});

  EXPECT_THAT(a.routes(), Contains(AllOf(To("10.0.0.0/8"), Via("10.0.0.2"), Metric(20u))));
  EXPECT_THAT(a.routes(), Contains(AllOf(Type("blackhole"), To("192.0.2.0/24"))));
  EXPECT_THAT(a.routes(), Not(Contains(AllOf(To("default"), Via(_)))));
  EXPECT_THAT(a.routes(), Contains(AllOf(To("10.0.4.0/24"), Via(std::nullopt))));
  EXPECT_THAT(a.rules(), Contains(AllOf(Priority(32766), From(std::nullopt), Table(254))));
  EXPECT_THAT(a.ping("10.0.0.2"), AllOf(Received(1), Ttl(64), Rtt(Each(Lt(1s)))));
  EXPECT_THAT(a.addresses(), Contains(AllOf(Inet("10.0.4.1/24"), Dev("eth5"))));
  EXPECT_THAT(a.neighbours(), Contains(AllOf(To("10.0.0.2"), State(Ne("FAILED")))));
  EXPECT_THAT(b.link("eth2"), Mtu(9000));
  EXPECT_THAT(a.link("eth4"), AllOf(IsUp(), Mac("02:00:00:00:99:01")));
  EXPECT_THAT(b.routes({.family = Family::kIpv6}), Contains(To("fd00::/64")));

  const int n = b.run([] { return 42; });
  const auto words = b.run([] { return std::vector<std::string>{"x"}; });
  const UniqueFd fd = b.run([] { return UniqueFd(::socket(AF_INET, SOCK_DGRAM, 0)); });
  EXPECT_EQ(n, 42);
  EXPECT_THAT(words, SizeIs(1));
  EXPECT_GE(fd.get(), 0);
}
