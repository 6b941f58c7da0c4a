// Who listens in a node, as `ss -lntux` lists it.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include "files.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;

namespace {

struct ListeningSockets : PairTest {
  UniqueFd bound(int type, const char* address, std::uint16_t port, const char* dev = "") const {
    const SocketAddress name = socket_address(address, port);
    UniqueFd fd = a.socket(name.get()->sa_family, type);
    const int no = 0;
    int refused = 0;
    if (name.get()->sa_family == AF_INET6)
      refused += ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    const auto length = static_cast<socklen_t>(std::strlen(dev));
    if (length > 0) refused += ::setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, dev, length);
    EXPECT_EQ(refused, 0) << std::strerror(errno);
    EXPECT_EQ(::bind(fd.get(), name.get(), name.size), 0) << std::strerror(errno);
    return fd;
  }
  UniqueFd listening(const char* address, std::uint16_t port, const char* dev = "") const {
    UniqueFd fd = bound(SOCK_STREAM, address, port, dev);
    EXPECT_EQ(::listen(fd.get(), 1), 0);
    return fd;
  }
  // A path, or a name after a zero byte.
  UniqueFd bound_unix(int type, const std::string& path) const {
    UniqueFd fd = a.socket(AF_UNIX, type);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size())),
              0)
        << std::strerror(errno);
    return fd;
  }
};

TEST_F(ListeningSockets, AreNoneInANewNode) { EXPECT_THAT(a.listening_sockets(), IsEmpty()); }

TEST_F(ListeningSockets, HaveTheirAddresses) {
  const UniqueFd one = listening("10.0.0.1", 179);
  const UniqueFd all = listening("0.0.0.0", 80);
  const UniqueFd both = listening("::", 81);
  const UniqueFd six = listening("fd00::1", 82);
  const UniqueFd dev = bound(SOCK_DGRAM, "0.0.0.0", 67, "eth0");
  EXPECT_THAT(a.listening_sockets(),
              ElementsAre(AllOf(Protocol("tcp"), Inet("0.0.0.0"), Port(80), Dev(std::nullopt)),
                          AllOf(Protocol("tcp"), Inet(std::nullopt), Port(81)),
                          AllOf(Protocol("tcp"), Inet("fd00::1"), Port(82)),
                          AllOf(Protocol("tcp"), Inet("10.0.0.1"), Port(179)),
                          AllOf(Protocol("udp"), Inet("0.0.0.0"), Port(67), Dev("eth0"))));
  EXPECT_THAT(b.listening_sockets(), IsEmpty());
}

TEST_F(ListeningSockets, AreNotThoseThatAreConnectedOrDoNotListen) {
  const UniqueFd stream = bound(SOCK_STREAM, "0.0.0.0", 80);
  const UniqueFd datagram = bound(SOCK_DGRAM, "0.0.0.0", 53);
  const SocketAddress peer = socket_address("10.0.0.2", 9);
  ASSERT_EQ(::connect(datagram.get(), peer.get(), peer.size), 0);
  const UniqueFd unbound = a.socket(AF_UNIX, SOCK_DGRAM);
  const UniqueFd path = bound_unix(SOCK_STREAM, std::string("\0x", 2));
  const UniqueFd raw = a.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  EXPECT_THAT(a.listening_sockets(), IsEmpty());
}

TEST_F(ListeningSockets, OfUnixHaveTheirPaths) {
  const MachineDirectory directory;
  const std::string path = directory / "bgpd.vty";
  const UniqueFd stream = bound_unix(SOCK_STREAM, path);
  ::listen(stream.get(), 1);
  const UniqueFd packets = bound_unix(SOCK_SEQPACKET, std::string("\0a\0b", 4));
  ::listen(packets.get(), 1);
  const UniqueFd datagrams = bound_unix(SOCK_DGRAM, std::string("\0log", 4));
  EXPECT_THAT(a.listening_sockets(), ElementsAre(AllOf(Protocol("u_dgr"), Path("@log")),
                                                 AllOf(Protocol("u_seq"), Path("@a@b")),
                                                 AllOf(Protocol("u_str"), Path(path), Port(0))));
}

TEST_F(ListeningSockets, PrintAsSsDoes) {
  const UniqueFd one = listening("127.0.0.1", 179);
  const UniqueFd both = listening("::", 81);
  const UniqueFd six = listening("fd00::1", 82, "eth0");
  const UniqueFd dev = bound(SOCK_DGRAM, "0.0.0.0", 67, "eth0");
  const UniqueFd name = bound_unix(SOCK_DGRAM, std::string("\0log", 4));
  std::istringstream lines(a.exec({"ss", "-H", "-n", "-l", "-t", "-u", "-x"}).out);
  std::vector<std::string> by_ss;
  std::string kind;
  std::string state;
  std::string queue;
  std::string local;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream(line) >> kind >> state >> queue >> queue >> local;
    by_ss.push_back(kind.append(" ").append(local));
  }
  std::vector<std::string> ours;
  for (const ListeningSocket& socket : a.listening_sockets()) ours.push_back(PrintToString(socket));
  EXPECT_THAT(ours, UnorderedElementsAreArray(by_ss));
  EXPECT_THAT(ours, SizeIs(5));
}

constexpr const char* kPerl =
    "select(undef, undef, undef, 0.1); socket(T, AF_INET, SOCK_STREAM, 0);"
    "bind(T, pack_sockaddr_in(179, INADDR_ANY)); listen(T, 8); socket(U, AF_UNIX, SOCK_STREAM, 0);"
    "bind(U, pack_sockaddr_un(\"/run/vty\")); listen(U, 8); sleep 1000";

TEST_F(ListeningSockets, AreAskedForAgain) {
  a.start([] { ::execlp("perl", "perl", "-MSocket", "-e", kPerl, nullptr); });
  EXPECT_EVENTUALLY(a.listening_sockets(), Contains(AllOf(Protocol("tcp"), Port(179))));
}

TEST_F(ListeningSockets, OfAPathAreWaitedFor) {
  a.start([] { ::execlp("perl", "perl", "-MSocket", "-e", kPerl, nullptr); },
          {.ready = listens_on_path("/run/vty")});
  EXPECT_THAT(a.listening_sockets(), Contains(Path("/run/vty")));
}

}  // namespace
