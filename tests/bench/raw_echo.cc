#include "raw_echo.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

#include "raw_error.h"

namespace vethlab::bench {
namespace {

struct Echo {
  icmphdr header = {};
  std::array<std::byte, 56> payload = {};
};

// RFC 1071: the ones' complement sum of 16-bit words, in whichever byte order they lie.
std::uint16_t checksum(std::span<const std::uint16_t, sizeof(Echo) / 2> words) {
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
}

std::uint16_t checksum(const Echo& echo) {
  std::array<std::uint16_t, sizeof(Echo) / 2> words;
  std::memcpy(words.data(), &echo, sizeof echo);
  return checksum(words);
}

}  // namespace

void send_echo(const RawNode& from, in_addr to, EchoName name) {
  Echo echo;
  echo.header.type = ICMP_ECHO;
  echo.header.un.echo.id = htons(name.id);
  echo.header.un.echo.sequence = htons(name.sequence);
  echo.header.checksum = checksum(echo);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = to;
  check(::sendto(from.icmp.get(), &echo, sizeof echo, 0, reinterpret_cast<sockaddr*>(&address),
                 sizeof address),
        "send an echo");
}

std::optional<EchoName> take_reply(const RawNode& node) {
  alignas(ip) std::array<std::byte, 256> packet;  // with its IPv4 header: raw(7)
  const ssize_t size = ::recv(node.icmp.get(), packet.data(), packet.size(), 0);
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  check(size, "read a reply");
  const std::size_t header_size = reinterpret_cast<const ip*>(packet.data())->ip_hl * 4U;
  icmphdr header;
  if (static_cast<std::size_t>(size) < header_size + sizeof header) {
    throw std::runtime_error("a reply too short");
  }
  std::memcpy(&header, packet.data() + header_size, sizeof header);
  return EchoName{ntohs(header.un.echo.id), ntohs(header.un.echo.sequence)};
}

void ping(const RawNode& from, in_addr to) {
  constexpr EchoName kName{.id = 1, .sequence = 1};
  send_echo(from, to, kName);
  // The kernel delivers over a veth while it sends: the reply is often there already.
  while (true) {
    if (const auto reply = take_reply(from)) {
      if (reply->id == kName.id && reply->sequence == kName.sequence) return;
      continue;
    }
    pollfd readable{.fd = from.icmp.get(), .events = POLLIN, .revents = 0};
    if (check(::poll(&readable, 1, 1000), "wait for a reply") == 0) {
      throw std::runtime_error("no reply");
    }
  }
}

}  // namespace vethlab::bench
