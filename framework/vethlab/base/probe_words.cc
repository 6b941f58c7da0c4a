#include <vethlab/base/probe_words.h>

#include <cerrno>

#include <fmt/format.h>

namespace vethlab {
namespace {

constexpr ProbeWords kEcho{"echo", "echoes", "answered", "sent", "echo"};
constexpr ProbeWords kConnection{"connection", "connections", "made", "tried", "SYN"};
constexpr ProbeWords kDatagram{"datagram", "datagrams", "answered", "sent", "datagram"};

}  // namespace

const ProbeWords& words_of(Transport transport) {
  switch (transport) {
    case Transport::kIcmp: return kEcho;
    case Transport::kTcp: return kConnection;
    case Transport::kUdp: return kDatagram;
  }
  return kEcho;
}

std::string count_text(const ProbeWords& words, int count) {
  return fmt::format("{} {}", count, count == 1 ? words.one : words.many);
}

bool was_reset(const ProbeReport& report) {
  return report.transport == Transport::kTcp && report.sent > 0 && report.error == ECONNREFUSED;
}

}  // namespace vethlab
