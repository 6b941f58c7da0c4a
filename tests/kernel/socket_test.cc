// Sockets of a node, used by the test process itself.
#include <vethlab/fixtures/pair.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

sockaddr_in at(const char* address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(5000);
  ::inet_pton(AF_INET, address, &to.sin_addr);
  return to;
}

sockaddr_in6 at6(const char* address) {
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(5000);
  ::inet_pton(AF_INET6, address, &to.sin6_addr);
  return to;
}

// What b's socket bound to `to` gets of a's "hello".
template <class Address>
std::string datagram(PairNet& net, const Address& to) {
  const auto* const address = reinterpret_cast<const sockaddr*>(&to);
  const UniqueFd server = net.b.socket(address->sa_family, SOCK_DGRAM);
  const UniqueFd client = net.a.socket(address->sa_family, SOCK_DGRAM);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(server.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::bind(server.get(), address, sizeof to) != 0) return "not bound";
  if (::sendto(client.get(), "hello", 5, 0, address, sizeof to) != 5) return "not sent";
  std::array<char, 16> text{};
  const auto size = ::recv(server.get(), text.data(), text.size(), 0);
  return size < 0 ? "not received" : std::string(text.data(), static_cast<std::size_t>(size));
}

TEST(Socket, CarriesADatagramInIpv4) {
  PairNet net;
  EXPECT_EQ(datagram(net, at("10.0.0.2")), "hello");
}

TEST(Socket, CarriesADatagramInIpv6) {
  PairNet net;
  EXPECT_EQ(datagram(net, at6("fd00::2")), "hello");
}

TEST(Socket, ConnectsInIpv6) {
  PairNet net;
  const sockaddr_in6 to = at6("fd00::2");
  const auto* const address = reinterpret_cast<const sockaddr*>(&to);
  const UniqueFd server = net.b.socket(AF_INET6, SOCK_STREAM);
  ASSERT_EQ(::bind(server.get(), address, sizeof to), 0);
  ASSERT_EQ(::listen(server.get(), 1), 0);
  const UniqueFd client = net.a.socket(AF_INET6, SOCK_STREAM);
  EXPECT_EQ(::connect(client.get(), address, sizeof to), 0);
}

TEST(Socket, IsRefusedWhereNobodyListens) {
  PairNet net;
  const sockaddr_in to = at("10.0.0.2");
  const UniqueFd client = net.a.socket(AF_INET, SOCK_STREAM);
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
}

TEST(Socket, BindsOnlyToAddressesOfItsNode) {
  PairNet net;
  const sockaddr_in to = at("10.0.0.2");
  const UniqueFd server = net.a.socket(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(::bind(server.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), -1);
  EXPECT_EQ(errno, EADDRNOTAVAIL);
}

}  // namespace
