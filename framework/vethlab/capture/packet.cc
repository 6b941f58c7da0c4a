#include <vethlab/capture/packet.h>

#include <ctime>
#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::string time_of_day(nanoseconds since_epoch) {
  const std::time_t whole = duration_cast<seconds>(since_epoch).count();
  std::tm day{};
  ::localtime_r(&whole, &day);
  return fmt::format("{:02}:{:02}:{:02}.{:06}", day.tm_hour, day.tm_min, day.tm_sec,
                     duration_cast<microseconds>(since_epoch % seconds(1)).count());
}

}  // namespace

std::ostream& operator<<(std::ostream& os, Direction direction) {
  switch (direction) {
    case Direction::kIn: return os << "In";
    case Direction::kOut: return os << "Out";
    case Direction::kUnknown: break;
  }
  return os << "?";
}

std::ostream& operator<<(std::ostream& os, LinkLayer layer) {
  switch (layer) {
    case LinkLayer::kEthernet: return os << "EN10MB";
    case LinkLayer::kRawIp: return os << "RAW";
    case LinkLayer::kOther: break;
  }
  return os << "?";
}

std::ostream& operator<<(std::ostream& os, const Packet& p) {
  const char* const direction = p.direction == Direction::kIn    ? "In"
                                : p.direction == Direction::kOut ? "Out"
                                                                 : "?";
  os << fmt::format("{} {:<5} {:<3} {}", time_of_day(p.time), p.dev, direction, p.summary);
  if (p.cut()) os << fmt::format(" [cut: {} of {} bytes]", p.bytes.size(), p.length);
  return os;
}

// After a line break, so that the table stands apart from GoogleTest's own words.
void PrintTo(const std::vector<Packet>& packets, std::ostream* os) {
  if (packets.empty()) *os << "(no packets)";
  for (const Packet& packet : packets) *os << '\n' << packet;
}

}  // namespace vethlab
