#include <vethlab/diagnosis/sort_packets.h>

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include <algorithm>
#include <cstdint>
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

constexpr std::size_t kCookie = 8;

bool has(const std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& wanted) {
  return !wanted.empty() &&
         std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end()) != bytes.end();
}

// In network byte order, as an ICMP error quotes them.
std::vector<std::uint8_t> on_the_wire(int first, int second) {
  return {static_cast<std::uint8_t>(first >> 8), static_cast<std::uint8_t>(first),
          static_cast<std::uint8_t>(second >> 8), static_cast<std::uint8_t>(second)};
}

// What makes a packet this probe's. A probe with less than a cookie is known by its numbers.
class Mark {
 public:
  explicit Mark(const Packet& first) : first_(first) {
    if (first.flags) sequence_ = first.seq;
    if (first.payload.size() >= kCookie)
      cookie_.assign(first.payload.begin(), first.payload.begin() + kCookie);
  }

  [[nodiscard]] bool on(const Packet& packet) const {
    if (is_error(packet)) return has(packet.bytes, cookie_) || quoted(packet);
    if (sequence_) return packet.flags && (packet.seq == sequence_ || packet.ack == *sequence_ + 1);
    if (packet.protocol != first_.protocol) return false;
    if (has(packet.bytes, cookie_) || is_answer(packet)) return true;
    if (!cookie_.empty() || packet.payload != first_.payload) return false;
    return first_.src_port ? packet.src_port == first_.src_port
                           : packet.echo_id == first_.echo_id && packet.echo_seq == first_.echo_seq;
  }

  // Of UDP, by the ports: an answer may say what it likes.
  [[nodiscard]] bool is_answer(const Packet& packet) const {
    return !packet.flags && packet.src_port &&
           std::ranges::find(ports_, std::pair(packet.dst_port, packet.src_port)) != ports_.end();
  }
  void add_request(const Packet& packet) { ports_.emplace_back(packet.src_port, packet.dst_port); }

 private:
  [[nodiscard]] bool quoted(const Packet& error) const {
    if (sequence_) {
      const std::uint32_t number = *sequence_;
      return has(error.bytes, on_the_wire(static_cast<int>(number >> 16), number & 0xffff));
    }
    if (!cookie_.empty()) return false;
    if (first_.echo_id)
      return has(error.bytes, on_the_wire(*first_.echo_id, first_.echo_seq.value_or(0)));
    return std::ranges::any_of(ports_, [&](const auto& pair) {
      return has(error.bytes, on_the_wire(pair.first.value_or(0), pair.second.value_or(0)));
    });
  }

  using Port = std::optional<std::uint16_t>;
  Packet first_;
  std::vector<std::uint8_t> cookie_ = {};
  std::optional<std::uint32_t> sequence_ = {};
  std::vector<std::pair<Port, Port>> ports_ = {};  // of the requests so far: a NAT changes them
};

// What our probes carry after the cookie (icmp/echo.cc, probe/attempt.cc), and others do not.
bool has_our_pattern(const Packet& packet) {
  for (std::size_t i = kCookie; i < std::min<std::size_t>(packet.payload.size(), 24); ++i)
    if (packet.payload[i] != i) return false;
  return packet.payload.size() > kCookie;
}

bool may_be_ours(const Case& judged, const Packet& packet) {
  if (judged.transport == Transport::kTcp) return packet.dst_port == judged.port;
  const auto size = static_cast<std::size_t>(judged.options.payload);
  if (!packet.more_fragments && !packet.cut() && packet.payload.size() != size) return false;
  return size <= kCookie || has_our_pattern(packet);
}

// The source's own, going out: what the kernel did with it begins there. A firewall at the source may
// have changed its destination by then.
const Packet* first_request(const Case& judged, const std::vector<Sighting>& seen) {
  const Packet* elsewhere = nullptr;
  for (const Sighting& each : seen) {
    if (each.node != &judged.source || (!each.out() && each.packet.dev != "lo")) continue;
    if (!is_request(each.packet, judged) || !may_be_ours(judged, each.packet)) continue;
    const bool to_port = judged.port == 0 || each.packet.dst_port == judged.port;
    if (each.packet.dst == judged.to && to_port) return &each.packet;
    if (elsewhere == nullptr && has_our_pattern(each.packet)) elsewhere = &each.packet;
  }
  return elsewhere;
}

}  // namespace

void sort_packets(Case& judged, std::vector<Sighting> seen) {
  std::ranges::stable_sort(seen, {}, [](const Sighting& each) { return each.packet.time; });
  const Packet* const first = first_request(judged, seen);
  std::optional<Mark> mark = first != nullptr ? std::optional<Mark>(*first) : std::nullopt;
  for (Sighting& each : seen) {
    const Packet& packet = each.packet;
    if (is_resolution(packet)) judged.resolutions.push_back(std::move(each));
    else if (!mark || !mark->on(packet)) continue;
    else if (is_error(packet)) judged.errors.push_back(std::move(each));
    else if (is_request(packet, judged) && !mark->is_answer(packet)) {
      mark->add_request(packet);
      judged.requests.push_back(std::move(each));
    } else judged.answers.push_back(std::move(each));
  }
}

}  // namespace vethlab::diagnosis
