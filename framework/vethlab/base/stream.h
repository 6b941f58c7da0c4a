#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/probe.h>

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab {

// A steady stream of numbered echoes (ICMP, ICMPv6) while something changes: Node::stream. All times
// of a report count from the stream's start, on the machine's monotonic clock.

struct StreamOptions {    // = ping -i 1/per_second -W timeout -s payload -t ttl -I src
  int per_second = 1000;  // to each destination: 1 to 10000; to all: to 50000
  std::chrono::milliseconds timeout{1000};  // at the end, see Node::stream: 1 ms to an hour
  int payload = 56;                         // bytes after the ICMP header: 8 to 65507
  int ttl = 64;                             // 1 to 255; the hop limit in IPv6
  std::optional<IpAddress> src = {};        // empty: the kernel chooses, anew for each echo
};

// From this echo on the answers' ttl was another: the way back has become longer or shorter.
struct TtlChange {
  std::chrono::microseconds at{0};
  int from = 0;
  int to = 0;
  friend bool operator==(const TtlChange&, const TtlChange&) = default;
  friend std::ostream& operator<<(std::ostream& os, const TtlChange& change);
};

// ICMP errors that came for echoes of the stream. A loop's is IcmpError::kTtlExceeded.
struct IcmpCount {
  IcmpError error = IcmpError::kOther;
  IpAddress from = {};
  int count = 0;
  friend bool operator==(const IcmpCount&, const IcmpCount&) = default;
  friend std::ostream& operator<<(std::ostream& os, const IcmpCount& count);
};

// Echoes that did not leave the node.
struct ErrnoCount {
  int error = 0;  // errno of the send
  int count = 0;
  friend bool operator==(const ErrnoCount&, const ErrnoCount&) = default;
  friend std::ostream& operator<<(std::ostream& os, const ErrnoCount& count);
};

// Echo number n is due n / per_second after the start. One that is sent late is sent all the same, and
// the next ones follow at their own time.
struct StreamReport {
  std::string to = {};  // as asked: "10.0.0.1", "b (10.0.0.2)"
  int per_second = 0;   // as asked …
  double kept = 0;      // … and what became of it: echoes a second, as long as it was sending
  std::chrono::microseconds duration{0};  // of the sending
  int sent = 0;                           // echoes that left this node
  int received = 0;                       // those that were answered, whenever that was, by anybody
  int lost = 0;                           // those that weren't
  int duplicated = 0;                     // further answers
  int reordered = 0;  // first answers that came after one to a later echo (RFC 4737)
  // The longest time without an answer: from the sending of the first of some echoes in a row without
  // one (lost, refused, or not even sent) to the sending of the next echo that was answered; after the
  // last answer, to the end of the sending. 0: each has its answer. What it stands for, the network's
  // own outage, may be up to (1 s / per_second + most_late) longer or shorter.
  std::chrono::microseconds longest_gap{0};
  std::optional<std::chrono::microseconds> gap_began = {};  // the first, where two are as long
  std::optional<int> ttl = {};              // of the answer to the first echo that has one
  std::vector<TtlChange> ttl_changes = {};  // in the order of the echoes
  std::vector<IcmpCount> icmp = {};         // one entry an error and sender; empty: none
  std::vector<ErrnoCount> errors = {};      // one entry an errno; empty: all were sent
  // How well the machine kept time: echoes that were with the kernel later than one interval after they
  // were due, and by how much the latest.
  int late = 0;
  std::chrono::microseconds most_late{0};
  // Packets for this stream, and for the others of its family that go along with it, which the kernel had
  // but dropped, as we did not read fast enough: so many of `lost` may have had their answer.
  int overrun = 0;
  // One sign each for equally long parts of the duration, 40 at most: "·" all echoes of that time were
  // answered, "▒" some, "✗" none; " " none was due to be sent, or the machine did not get to it.
  std::string timeline = {};
  friend bool operator==(const StreamReport&, const StreamReport&) = default;
  // "1000/s to 10.0.0.2 for 3.200 s: 3200 sent, 812 lost; longest gap 0.812 s at 1.003 s |····✗✗✗·····|"
  friend std::ostream& operator<<(std::ostream& os, const StreamReport& report);

  friend auto members(StreamReport& r) {  // base/encoding.h
    return std::tie(r.to, r.per_second, r.kept, r.duration, r.sent, r.received, r.lost,
                    r.duplicated, r.reordered, r.longest_gap, r.gap_began, r.ttl, r.ttl_changes,
                    r.icmp, r.errors, r.late, r.most_late, r.overrun, r.timeline);
  }
};

}  // namespace vethlab
