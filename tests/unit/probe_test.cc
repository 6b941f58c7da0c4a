// What TCP and UDP probes read, without a network.
#include <vethlab/base/icmp_error.h>
#include <vethlab/base/socket_address.h>
#include <vethlab/probe/http.h>
#include <vethlab/probe/witness.h>

#include <netinet/in.h>

#include <gmock/gmock.h>

using namespace testing;
using namespace vethlab;
using namespace vethlab::probe;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes in_ipv4(const Bytes& carried, std::size_t options = 0) {
  Bytes packet(20 + options);
  packet[0] = static_cast<std::uint8_t>(0x45 + options / 4);
  packet.insert(packet.end(), carried.begin(), carried.end());
  return packet;
}

const Bytes kSyn = {0x30, 0x39, 0x00, 0x50, 0x11, 0x22, 0x33, 0x44, 0, 0,
                    0,    0,    0x50, 0x02, 0,    0,    0,    0,    0, 0};
const Bytes kDatagram = {0x30, 0x39, 0x00, 0x35, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

TEST(Witness, ReadsTheNumberOfASyn) {
  const Sighting seen{0x11223344, 80};
  EXPECT_EQ(read_sighting(Family::kIpv6, Transport::kTcp, kSyn), seen);
  EXPECT_EQ(read_sighting(Family::kIpv4, Transport::kTcp, in_ipv4(kSyn)), seen);
  EXPECT_EQ(read_sighting(Family::kIpv4, Transport::kTcp, in_ipv4(kSyn, 8)), seen);
}

TEST(Witness, ReadsTheCookieOfADatagramOrItsSourcePort) {
  const Sighting seen{0x0102030405060708, 53};
  EXPECT_EQ(read_sighting(Family::kIpv6, Transport::kUdp, kDatagram), seen);
  EXPECT_EQ(read_sighting(Family::kIpv4, Transport::kUdp, in_ipv4(kDatagram)), seen);
  const Bytes shorter(kDatagram.begin(), kDatagram.end() - 1);
  EXPECT_EQ(read_sighting(Family::kIpv6, Transport::kUdp, shorter), (Sighting{12345, 53}));
}

TEST(Witness, ReadsNothingOfWhatIsCutOff) {
  for (const auto& [transport, whole] :
       {std::pair(Transport::kTcp, in_ipv4(kSyn)),
        std::pair(Transport::kUdp, in_ipv4({kDatagram.begin(), kDatagram.begin() + 8}))})
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(read_sighting(Family::kIpv4, transport, std::span(whole).first(size)), std::nullopt)
          << size;
}

TEST(Witness, DoesNotTakeAnAnswerForTheQuestion) {
  EXPECT_TRUE(has_seen({{7, 53}}, {7, 12345}));
  EXPECT_FALSE(has_seen({{7, 12345}}, {7, 12345}));
  EXPECT_TRUE(has_seen({{7, 53}, {7, 12345}}, {7, 12345}));
  EXPECT_FALSE(has_seen({{6, 53}, {8, 53}}, {7, 12345}));
}

TEST(IcmpErrors, HaveOneNameInBothFamilies) {
  EXPECT_EQ(icmp_error(Family::kIpv4, 3, 3), IcmpError::kPortUnreachable);
  EXPECT_EQ(icmp_error(Family::kIpv6, 1, 4), IcmpError::kPortUnreachable);
  EXPECT_EQ(icmp_error(Family::kIpv4, 5, 0), std::nullopt);  // a redirect refuses nothing
}

TEST(SocketAddresses, ComeBackAsTheyWere) {
  for (const IpAddress address : {IpAddress("10.0.0.1"), IpAddress("fd00::1")}) {
    EXPECT_EQ(socket_address(address, 443).address(), address);
    EXPECT_EQ(socket_address(address, 443).port(), 443);
  }
  const SocketAddress mapped = socket_address("::ffff:10.0.0.1", 80);
  EXPECT_EQ(mapped.address(), IpAddress("10.0.0.1"));
}

constexpr ClientAddress kClient{Transport::kTcp, {}, 40000};

std::string status(std::string_view request) {
  const auto answer = http_answer(request, kClient, "body");
  return answer ? answer->substr(0, answer->find("\r\n")) : "not yet";
}

TEST(Http, AnswersAGetWithAllOfTheBody) {
  EXPECT_EQ(http_answer("GET /any HTTP/1.1\r\nHost: b\r\n\r\n", kClient, "body"),
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n"
            "X-Client: 0.0.0.0:40000\r\nConnection: close\r\n\r\nbody");
}

TEST(Http, AnswersAHeadWithoutTheBody) {
  EXPECT_EQ(http_answer("HEAD / HTTP/1.1\r\n\r\n", kClient, "body"),
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n"
            "X-Client: 0.0.0.0:40000\r\nConnection: close\r\n\r\n");
}

TEST(Http, WaitsForTheWholeRequest) {
  const std::string whole = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(status(std::string_view(whole).substr(0, size)), "not yet") << size;
}

TEST(Http, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(status("POST / HTTP/1.1\r\n\r\n"), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(status("hello\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status(" / HTTP/1.1\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status(std::string(70000, 'x')), "HTTP/1.1 400 Bad Request");
}

}  // namespace
