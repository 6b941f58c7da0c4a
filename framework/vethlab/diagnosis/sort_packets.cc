#include <vethlab/diagnosis/sort_packets.h>

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <utility>

namespace vethlab::diagnosis {
namespace {

bool is_v6(const Packet& packet) { return packet.src && packet.src->family() == Family::kIpv6; }

bool has_icmp_type(const Packet& packet, int v4, int v6) {
  return packet.icmp_type == (is_v6(packet) ? v6 : v4);
}

bool is_request(const Packet& packet, const Case& judged) {
  switch (judged.transport) {
    case Transport::kIcmp: return has_icmp_type(packet, ICMP_ECHO, ICMP6_ECHO_REQUEST);
    case Transport::kTcp:
      return packet.flags && packet.flags->contains("S") && !packet.flags->contains("A");
    case Transport::kUdp: return packet.protocol == IPPROTO_UDP;
  }
  return false;
}

bool is_one_of(std::optional<int> type, std::initializer_list<int> types) {
  return type && std::ranges::find(types, *type) != types.end();
}

bool is_error(const Packet& packet) {
  if (is_v6(packet)) return packet.icmp_type && *packet.icmp_type < ICMP6_ECHO_REQUEST;
  return is_one_of(packet.icmp_type,
                   {ICMP_DEST_UNREACH, ICMP_SOURCE_QUENCH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB});
}

bool is_resolution(const Packet& packet) {
  if (packet.arp_op) return true;
  return is_v6(packet) && is_one_of(packet.icmp_type, {ND_NEIGHBOR_SOLICIT, ND_NEIGHBOR_ADVERT});
}

bool contains(const std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& part) {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

// What makes a packet this probe's.
struct Mark {
  std::vector<std::uint8_t> cookie = {};
  std::optional<std::uint32_t> sequence = {};

  explicit Mark(const Packet& first) {
    if (first.flags) sequence = first.seq;
    const std::size_t bytes = std::min<std::size_t>(first.payload.size(), 8);
    cookie.assign(first.payload.begin(),
                  first.payload.begin() + static_cast<std::ptrdiff_t>(bytes));
  }

  [[nodiscard]] bool on(const Packet& packet) const {
    if (sequence && packet.flags) return packet.seq == sequence || packet.ack == *sequence + 1;
    if (sequence) {  // quoted by an ICMP error
      const std::uint32_t wire = __builtin_bswap32(*sequence);
      std::vector<std::uint8_t> bytes(sizeof wire);
      std::memcpy(bytes.data(), &wire, sizeof wire);
      return contains(packet.bytes, bytes);
    }
    return !cookie.empty() && contains(packet.bytes, cookie);
  }
};

// The source's own, going out: what the kernel did with it begins there.
const Packet* first_request(const Case& judged, const std::vector<Sighting>& seen) {
  for (const Sighting& each : seen)
    if (each.node == &judged.source && (each.out() || each.packet.dev == "lo") &&
        is_request(each.packet, judged) && each.packet.dst == judged.to)
      return &each.packet;
  return nullptr;
}

}  // namespace

void sort_packets(Case& judged, std::vector<Sighting> seen) {
  std::ranges::stable_sort(seen, {}, [](const Sighting& each) { return each.packet.time; });
  const Packet* const first = first_request(judged, seen);
  const std::optional<Mark> mark = first != nullptr ? std::optional<Mark>(*first) : std::nullopt;
  const int request_port = first != nullptr ? first->dst_port.value_or(0) : 0;
  for (Sighting& each : seen) {
    const Packet& packet = each.packet;
    if (is_resolution(packet)) judged.resolutions.push_back(std::move(each));
    else if (!mark || !mark->on(packet)) continue;
    else if (is_error(packet)) judged.errors.push_back(std::move(each));
    else if (is_request(packet, judged) &&
             (judged.transport != Transport::kUdp || packet.src_port.value_or(0) != request_port ||
              packet.dst_port.value_or(0) == request_port))
      judged.requests.push_back(std::move(each));
    else judged.answers.push_back(std::move(each));
  }
}

}  // namespace vethlab::diagnosis
