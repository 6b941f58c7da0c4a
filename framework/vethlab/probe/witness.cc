#include <vethlab/probe/witness.h>

#include <vethlab/base/errors.h>

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

namespace vethlab::probe {
namespace {

constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kUdpHeader = 8;

// Of each packet as much as read_sighting() wants: an IPv4 header with all options, TCP's, the cookie.
constexpr std::size_t kEnough = 60 + 20 + 8;

// Connections that begin, only: the witness's buffer must not be filled by what they carry.
// (Classic BPF: X is the length of the IPv4 header, which the socket gets, or 0 in IPv6.)
std::vector<sock_filter> only_syns(Family family) {
  constexpr std::uint32_t kFlags = 13;
  std::vector<sock_filter> filter;
  if (family == Family::kIpv4) filter.push_back(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0));
  else filter.push_back(BPF_STMT(BPF_LDX | BPF_IMM, 0));
  filter.push_back(BPF_STMT(BPF_LD | BPF_B | BPF_IND, kFlags));
  filter.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TH_SYN | TH_ACK));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TH_SYN, 0, 1));
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffff));
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
  return filter;
}

}  // namespace

void prepare_witness(int socket, Family family, Transport transport) {
  if (transport != Transport::kTcp) return;
  std::vector<sock_filter> filter = only_syns(family);
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    throw Refusal{errno, "prepare a raw TCP socket", {}};
}

bool has_seen(const std::set<Sighting>& seen, const Mark& mark) {
  for (auto one = seen.lower_bound({mark.value, 0}); one != seen.end(); ++one) {
    if (one->value != mark.value) return false;
    if (one->to_port != mark.own_port) return true;
  }
  return false;
}

std::optional<Sighting> read_sighting(Family family, Transport transport,
                                      std::span<const std::uint8_t> packet) {
  if (family == Family::kIpv4) {
    if (packet.size() < 20) return std::nullopt;
    const std::size_t header = (packet[0] & 0xfU) * 4U;
    if (packet.size() < header) return std::nullopt;
    packet = packet.subspan(header);
  }
  const auto number = [&packet](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = at; i < at + bytes; ++i) value = value << 8 | packet[i];
    return value;
  };
  if (packet.size() < (transport == Transport::kTcp ? kTcpHeader : kUdpHeader)) return std::nullopt;
  const auto to_port = static_cast<std::uint16_t>(number(2, 2));
  if (transport == Transport::kTcp) return Sighting{number(4, 4), to_port};
  if (packet.size() < kUdpHeader + kCookieBytes) return Sighting{number(0, 2), to_port};
  return Sighting{number(kUdpHeader, kCookieBytes), to_port};
}

void drain_witness(int socket, Family family, Transport transport, std::set<Sighting>& seen) {
  std::array<std::uint8_t, kEnough> bytes;
  for (;;) {
    const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0) return;
    const std::span packet(bytes.data(), static_cast<std::size_t>(got));
    if (const auto one = read_sighting(family, transport, packet)) seen.insert(*one);
  }
}

}  // namespace vethlab::probe
