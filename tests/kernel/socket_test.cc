// Sockets of a node, used by the test process itself.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include <sys/socket.h>

#include <array>
#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

// What b's socket bound to `to` gets of a's "hello".
std::string datagram(PairNet& net, const SocketAddress& to) {
  const UniqueFd server = net.b.socket(to.storage.ss_family, SOCK_DGRAM);
  const UniqueFd client = net.a.socket(to.storage.ss_family, SOCK_DGRAM);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(server.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::bind(server.get(), to.get(), to.size) != 0) return "not bound";
  if (::sendto(client.get(), "hello", 5, 0, to.get(), to.size) != 5) return "not sent";
  std::array<char, 16> text{};
  const auto size = ::recv(server.get(), text.data(), text.size(), 0);
  return size < 0 ? "not received" : std::string(text.data(), static_cast<std::size_t>(size));
}

TEST(Socket, CarriesADatagramInIpv4) {
  PairNet net;
  EXPECT_EQ(datagram(net, socket_address("10.0.0.2", 5000)), "hello");
}

TEST(Socket, CarriesADatagramInIpv6) {
  PairNet net;
  EXPECT_EQ(datagram(net, socket_address("fd00::2", 5000)), "hello");
}

TEST(Socket, ConnectsInIpv6) {
  PairNet net;
  const SocketAddress to = socket_address("fd00::2", 5000);
  const UniqueFd server = net.b.socket(AF_INET6, SOCK_STREAM);
  ASSERT_EQ(::bind(server.get(), to.get(), to.size), 0);
  ASSERT_EQ(::listen(server.get(), 1), 0);
  const UniqueFd client = net.a.socket(AF_INET6, SOCK_STREAM);
  EXPECT_EQ(::connect(client.get(), to.get(), to.size), 0);
}

TEST(Socket, IsRefusedWhereNobodyListens) {
  PairNet net;
  const SocketAddress to = socket_address("10.0.0.2", 5000);
  const UniqueFd client = net.a.socket(AF_INET, SOCK_STREAM);
  EXPECT_EQ(::connect(client.get(), to.get(), to.size), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
}

TEST(Socket, BindsOnlyToAddressesOfItsNode) {
  PairNet net;
  const SocketAddress to = socket_address("10.0.0.2", 5000);
  const UniqueFd server = net.a.socket(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(::bind(server.get(), to.get(), to.size), -1);
  EXPECT_EQ(errno, EADDRNOTAVAIL);
}

}  // namespace
