// TCP and UDP: who listens, and how.
#include "why.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct PortFault : Line {
  UniqueFd listening(const char* address, int backlog) {
    UniqueFd fd = b.socket(AF_INET, SOCK_STREAM);
    sockaddr_in here{.sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, address, &here.sin_addr);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
    EXPECT_EQ(::listen(fd.get(), backlog), 0);
    return fd;
  }
  std::string fault_of(const Destination& to) { return why(reaches(a, to, kShort)); }
};

TEST_F(PortFault, NobodyListens) {
  EXPECT_EQ(fault_of(tcp_to(b, 80)), "nobody in b listens on TCP port 80");
}

TEST_F(PortFault, NobodyListensOnUdp) {
  EXPECT_EQ(fault_of(udp_to(b, 53)), "nobody in b listens on UDP port 53");
}

TEST_F(PortFault, ListensOnAnotherAddress) {
  const UniqueFd fd = listening("127.0.0.1", 1);
  EXPECT_EQ(fault_of(tcp_to(b, 80)),
            "nobody in b listens on TCP port 80 of 10.0.2.2, only of 127.0.0.1");
}

TEST_F(PortFault, ListensOfTheOtherFamily) {
  const UniqueFd fd = listening("0.0.0.0", 1);
  EXPECT_EQ(fault_of(tcp_to({b, Family::kIpv6}, 80)),
            "nobody in b listens on TCP port 80 of fd00:2::2, only of 0.0.0.0");
}

TEST_F(PortFault, BacklogFull) {
  const UniqueFd fd = listening("0.0.0.0", 0);
  std::vector<UniqueFd> waiting;
  const UniqueFd first = a.run([] {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, "10.0.2.2", &to.sin_addr);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    return client;
  });
  EXPECT_EQ(fault_of(tcp_to(b, 80)),
            "b listens on TCP port 80 and accepts nobody: its backlog of 0 is full");
}

// Answers no first datagram, and each other late.
void serve_slowly(Node& node, std::uint16_t port) {
  node.start(
      [port] {
        const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
        sockaddr_in peer{
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
        ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof peer), 0);
        char byte = 0;
        (void)::recv(fd, &byte, 1, 0);
        for (socklen_t size = sizeof peer;;) {
          (void)::recvfrom(fd, &byte, 1, 0, reinterpret_cast<sockaddr*>(&peer), &size);
          std::this_thread::sleep_for(std::chrono::milliseconds(130));
          (void)::sendto(fd, &byte, 1, 0, reinterpret_cast<const sockaddr*>(&peer), size);
        }
      },
      {.ready = listens_on_udp(port)});
}

// On a busy machine the answer may come later than the probe waits.
TEST_F(PortFault, SlowServer) {
  std::string said;
  for (std::uint16_t port = 53; port < 63 && !said.starts_with("sent once more"); ++port) {
    serve_slowly(b, port);
    said = why(reaches(a, udp_to(b, port), {.timeout = std::chrono::milliseconds(240)}));
  }
  EXPECT_THAT(said, MatchesRegex("sent once more, it passes, and is slow: answered after "
                                 "[12]..? ms, [12]..? ms of that in b"));
}

TEST_F(PortFault, FirewallRejectsWithReset) {
  const UniqueFd fd = listening("0.0.0.0", 1);
  b.reject("tcp dport 80", {.with = RejectWith::kTcpReset});
  EXPECT_EQ(fault_of(tcp_to(b, 80)),
            "b's firewall rejects it: rule \"tcp dport 80 counter reject with tcp reset\" in chain "
            "input of table inet vethlab");
}

TEST_F(PortFault, FirewallDrops) {
  const UniqueFd fd = listening("0.0.0.0", 1);
  r.drop("tcp dport 80", {.hook = FilterHook::kForward});
  EXPECT_EQ(fault_of(tcp_to(b, 80)),
            "r's firewall drops it: rule \"tcp dport 80 counter drop\" in chain forward of table "
            "inet vethlab");
}

TEST_F(PortFault, NoRouteBackForTcp) {
  const UniqueFd fd = listening("0.0.0.0", 1);
  b.delete_route({.to = "default", .via = "10.0.2.1"});
  EXPECT_EQ(fault_of(tcp_to(b, 80)),
            "b took it in and cannot answer: b has no route to 10.0.1.2, and no default route (its "
            "networks: 10.0.2.0/24)");
}

}  // namespace
