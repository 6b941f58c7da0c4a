#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>

namespace vethlab {

struct ThroughputOptions {    // iperf3's, in the order it prints them
  bool udp = false;           // -u; else TCP
  std::uint64_t bitrate = 0;  // -b, in bit/s of each stream; 0: TCP as much as it can, UDP 1 Mbit/s
  std::chrono::seconds duration{1};  // -t: 1 s to a day, whole seconds
  int streams = 1;                   // -P: 1 to 128
  bool reverse = false;              // -R: the destination sends
  int port = 5201;                   // -p, on the destination: TCP, and UDP where udp is set
};

// All streams together.
struct Throughput {
  double sent = 0;  // bit/s of payload, as the sender counts: what waits in queues at the end, too
  double received = 0;                           // bit/s of payload, as the receiver counts
  std::optional<std::int64_t> retransmits = {};  // TCP's segments
  std::optional<std::int64_t> lost = {};         // UDP's: packets that the receiver missed
  std::optional<std::int64_t> packets = {};      // UDP's: … of so many
  std::optional<std::chrono::duration<double, std::milli>> jitter = {};  // UDP's (RFC 3550, 6.4.1)
  friend bool operator==(const Throughput&, const Throughput&) = default;
  // "sent 9.91 Mbit/s, received 9.54 Mbit/s, 12 retransmits"
  friend std::ostream& operator<<(std::ostream& os, const Throughput& throughput);
};

}  // namespace vethlab
