#pragma once

#include <vethlab/base/ip_address.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// One kind of question and one kind of answer for every protocol that probes. An "echo" is one
// attempt: an ICMP echo; a TCP connection, which is answered when it is made, and closed at once by a
// reset; a UDP datagram, which any datagram from where it went answers.

enum class Transport : std::uint8_t { kIcmp, kTcp, kUdp };
std::ostream& operator<<(std::ostream& os, Transport transport);  // "icmp", "tcp", "udp"

struct
    ProbeOptions {  // = ping -c count -i interval -W timeout -s payload -t ttl -M do -I src|dev -m mark
  int count = 1;                            // 1 to 65535
  std::chrono::milliseconds interval{10};   // between two echoes of one probe
  std::chrono::milliseconds timeout{1000};  // after the last one was sent; of TCP and UDP: of each
  int payload = 56;  // bytes after the ICMP or UDP header: 0 to 65507; TCP carries none
  int ttl = 64;      // 1 to 255; the hop limit in IPv6
  bool dont_fragment =
      false;  // IPv4's DF; in IPv6, no fragmenting at the source; TCP sets it always
  std::optional<IpAddress> src = {};  // empty: the kernel chooses
  std::string dev = {};               // out of this interface only
  std::uint32_t mark = 0;             // fwmark, for policy routing
};

// The same name for the same refusal in ICMP (RFC 792, 1122, 1812) and ICMPv6 (RFC 4443): a test
// for both families says it once.
enum class IcmpError : std::uint8_t {
  kNoRoute,
  kHostUnreachable,
  kProtocolUnreachable,
  kPortUnreachable,
  kPacketTooBig,
  kAdminProhibited,
  kTtlExceeded,
  kParameterProblem,
  kOther
};
std::ostream& operator<<(std::ostream& os, IcmpError error);  // "host unreachable"

struct IcmpAnswer {
  IcmpError error = IcmpError::kOther;
  int type = 0;  // as on the wire
  int code = 0;
  IpAddress from = {};
  std::optional<int> mtu = {};  // bytes; only with kPacketTooBig
  friend bool operator==(const IcmpAnswer&, const IcmpAnswer&) = default;
  friend std::ostream& operator<<(std::ostream& os, const IcmpAnswer& answer);
};

// What became of one echo. At most one of rtt, error and icmp is set; none: no answer.
struct Echo {
  std::optional<std::chrono::microseconds> rtt = {};  // of TCP: until it was connected
  // errno of the send: nothing left this node. Of TCP that may also be how the far end answered:
  // ECONNREFUSED, a reset came back.
  std::optional<int> error = {};
  std::optional<IcmpAnswer> icmp = {};
  friend bool operator==(const Echo&, const Echo&) = default;
};

struct ProbeReport {
  std::string to = {};  // as asked: "10.0.0.1", "b (10.0.0.2)", "tcp port 443 of b (10.0.0.2)"
  Transport transport = Transport::kIcmp;
  int sent = 0;        // echoes that left this node
  int received = 0;    // echoes answered
  int duplicates = 0;  // further answers to an echo already answered, while the probe waited
  std::vector<std::chrono::microseconds> rtt = {};  // of the answered ones, in order of sending
  std::optional<int> ttl = {};                      // of the last reply; none of TCP
  std::optional<int> error = {};                    // errno of the first echo that has one
  std::optional<IcmpAnswer> icmp = {};              // the first one
  // Set where the probe went to a node and that node never saw it, yet an answer came: the name of
  // the node that did see it, or "another host" when none of the lab's did.
  std::optional<std::string> answered_by = {};
  std::vector<Echo> echoes = {};        // one entry an echo, in order of sending
  std::chrono::milliseconds waited{0};  // the timeout that was asked for
  friend bool operator==(const ProbeReport&, const ProbeReport&) = default;
  friend std::ostream& operator<<(std::ostream& os, const ProbeReport& report);
};

}  // namespace vethlab
