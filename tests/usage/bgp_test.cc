// A BGP daemon's tests, the daemon itself a black box (here: BIRD). Three autonomous systems in a row,
// and a wire besides.
//
//     customer (AS 65001) ──── transit (AS 65002) ──── peer (AS 65003)
//         └──────────── backup: three times as long ───────────┘
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// It announces what it is connected to.
std::string config(int as, const std::string& id, const std::string& neighbours) {
  return "router id " + id + ";\nlog stderr all;\nprotocol device { scan time 1; }\n" +
         "protocol direct { ipv4; }\n" +
         "protocol kernel { ipv4 { export where source = RTS_BGP; }; }\n" +
         "template bgp neighbour { local as " + std::to_string(as) + "; hold time 3;\n" +
         "  connect delay time 1; connect retry time 1; error wait time 1, 1;\n" +
         "  graceful restart off; long lived graceful restart off;\n" +
         "  ipv4 { import all; export all; }; }\n" + neighbours;
}
std::string neighbour(int as, const std::string& address, const std::string& more = "") {
  return "protocol bgp from neighbour { neighbor " + address + " as " + std::to_string(as) + "; " +
         more + " }\n";
}
std::string prepend(int own) {
  const std::string once = "bgp_path.prepend(" + std::to_string(own) + "); ";
  return "ipv4 { export filter { " + once + once + "accept; }; };";
}

struct ThreeAs {
  Lab lab;
  NodeOptions router{.forwarding = true, .private_dirs = {"/etc/bird", "/run/bird"}};
  Node& customer = lab.add_node("customer", router);
  Node& transit = lab.add_node("transit", router);
  Node& peer = lab.add_node("peer", router);
  Wire& left = lab.connect({customer, "eth0", "10.0.12.1/24"}, {transit, "eth0", "10.0.12.2/24"});
  Wire& right = lab.connect({transit, "eth1", "10.0.23.2/24"}, {peer, "eth0", "10.0.23.3/24"});
  Wire& backup = lab.connect({customer, "eth1", "10.0.13.1/24"}, {peer, "eth1", "10.0.13.3/24"});

  static Daemon& start(Node& node, const std::string& text) {
    node.write_file("/etc/bird/bird.conf", text);
    return node.spawn({"bird", "-f", "-c", "/etc/bird/bird.conf"},
                      {.ready = listens_on_tcp(179) && prints_line("Started")});
  }
};

class Bgp : public Test, protected ThreeAs {
 protected:
  void SetUp() override {
    needs_program("bird", "bird2");
    customer.add_address("lo", "10.1.0.1/24");
    peer.add_address("lo", "10.3.0.1/24");
    start(customer, config(65001, "1.1.1.1",
                           neighbour(65002, "10.0.12.2", "passive;") +  // transit calls
                               neighbour(65003, "10.0.13.3", prepend(65001))));
    transit_daemon = &start(
        transit,
        config(65002, "2.2.2.2", neighbour(65001, "10.0.12.1") + neighbour(65003, "10.0.23.3")));
    peer_daemon = &start(peer, peers_config());
    ASSERT_EVENTUALLY(customer.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.12.2"))), 15s);
    ASSERT_EVENTUALLY(peer.routes(), Contains(AllOf(To("10.1.0.0/24"), Via("10.0.23.2"))), 15s);
  }
  static std::string peers_config(const std::string& to_transit = "") {
    return config(
        65003, "3.3.3.3",
        neighbour(65002, "10.0.23.2", to_transit) + neighbour(65001, "10.0.13.1", prepend(65003)));
  }

  Daemon* transit_daemon = nullptr;
  Daemon* peer_daemon = nullptr;
};

TEST_F(Bgp, InstallsThePathWithFewestAutonomousSystems) {
  EXPECT_THAT(customer.routes(),
              Contains(AllOf(To("10.3.0.0/24"), Via("10.0.12.2"), Dev("eth0"), Proto("bird"))));
  EXPECT_REACHABLE(customer, "10.3.0.1", {.src = "10.1.0.1"});
}

TEST_F(Bgp, TakesTheBackupWithinTheHoldTimeWhenTransitDropsSilently) {
  const StreamReport stream = customer.stream("10.3.0.1", [&] {
    left.drop_all();  // carrier stays: only the hold timer can notice
    EXPECT_EVENTUALLY(customer.route_to("10.3.0.1"), Dev("eth1"));
  });
  EXPECT_THAT(stream, LongestGap(AllOf(Gt(1500ms), Lt(4s)))) << "3 s since the last keepalive";
}

TEST_F(Bgp, HardlyNoticesACableThatIsReplugged) {
  const StreamReport stream = customer.stream("10.3.0.1", [&] {
    right.set_down();
    right.set_up();
    EXPECT_EVENTUALLY(transit.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3"))), 15s);
  });
  EXPECT_THAT(stream, LongestGap(Lt(1s))) << "the carrier tells; no timer";
}

TEST_F(Bgp, WithdrawsWhatACrashedPeerAnnounced) {
  peer_daemon->kill();
  EXPECT_EVENTUALLY(transit.routes(), Not(Contains(To("10.3.0.0/24"))))
      << "the TCP reset is enough; no timer";
  EXPECT_EVENTUALLY(customer.ping("10.3.0.1"), FailsWith(ENETUNREACH));
}

TEST_F(Bgp, StopsALeakWhenItsFilterIsReloaded) {
  peer.add_address("lo", "10.66.0.1/24");
  ASSERT_EVENTUALLY(transit.routes(), Contains(AllOf(To("10.66.0.0/24"), Via("10.0.23.3"))), 15s);

  peer.write_file("/etc/bird/bird.conf",
                  peers_config("ipv4 { export where net !~ [ 10.66.0.0/16+ ]; };"));
  peer_daemon->signal(SIGHUP);

  EXPECT_EVENTUALLY(peer_daemon->output(), Contains(HasSubstr("Reconfigured")));
  const auto leaked = Contains(AllOf(To("10.66.0.0/24"), Via("10.0.23.3")));
  ASSERT_EVENTUALLY(transit.routes(), Not(leaked));
  EXPECT_STAYS(transit.routes(), Not(leaked), 1s);
}

TEST_F(Bgp, SurvivesANeighbourThatSendsGarbage) {
  // A socket born in customer, driven from the test process: no client program, no fork. transit, which
  // has called customer itself, lets it call, too.
  const UniqueFd fd = customer.socket(AF_INET, SOCK_STREAM);
  const sockaddr_in to{.sin_family = AF_INET,
                       .sin_port = htons(179),
                       .sin_addr = {inet_addr("10.0.12.2")},
                       .sin_zero = {}};
  ASSERT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  const std::string garbage(4096, '\xff');
  ASSERT_EQ(::send(fd.get(), garbage.data(), garbage.size(), MSG_NOSIGNAL), std::ssize(garbage));

  EXPECT_EVENTUALLY(transit_daemon->output(), Contains(HasSubstr("Bad message length")));
  EXPECT_STAYS(transit_daemon->running(), IsTrue(), 500ms);
  EXPECT_THAT(transit.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.23.3"))));
  EXPECT_EVENTUALLY(transit.routes(), Contains(To("10.1.0.0/24")), 15s);
}

}  // namespace
