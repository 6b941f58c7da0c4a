#include <vethlab/base/probe.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/probe_words.h>

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, Transport transport) {
  switch (transport) {
    case Transport::kIcmp: return os << "icmp";
    case Transport::kTcp: return os << "tcp";
    case Transport::kUdp: return os << "udp";
  }
  return os << "transport " << static_cast<int>(transport);
}

std::ostream& operator<<(std::ostream& os, IcmpError error) {
  switch (error) {
    case IcmpError::kNoRoute: return os << "no route";
    case IcmpError::kHostUnreachable: return os << "host unreachable";
    case IcmpError::kProtocolUnreachable: return os << "protocol unreachable";
    case IcmpError::kPortUnreachable: return os << "port unreachable";
    case IcmpError::kPacketTooBig: return os << "packet too big";
    case IcmpError::kAdminProhibited: return os << "administratively prohibited";
    case IcmpError::kTtlExceeded: return os << "ttl exceeded";
    case IcmpError::kParameterProblem: return os << "parameter problem";
    case IcmpError::kOther: return os << "other ICMP error";
  }
  return os << "ICMP error " << static_cast<int>(error);
}

std::ostream& operator<<(std::ostream& os, const IcmpAnswer& answer) {
  os << answer.error << " (type " << answer.type << ", code " << answer.code;
  if (answer.mtu) os << ", mtu " << *answer.mtu;
  return os << ") from " << answer.from;
}

// "2 of 2 echoes to 10.0.0.2 answered, ttl 64, rtt 38 us to 40 us"
std::ostream& operator<<(std::ostream& os, const ProbeReport& r) {
  const ProbeWords& words = words_of(r.transport);
  os << r.received << " of " << count_text(words, static_cast<int>(r.echoes.size())) << " to "
     << r.to << " " << words.answered;
  if (r.answered_by) os << " by " << *r.answered_by << ", which is not where it was meant for";
  if (r.ttl) os << ", ttl " << *r.ttl;
  if (!r.rtt.empty()) {
    const auto [least, most] = std::ranges::minmax(r.rtt);
    os << ", rtt " << least.count() << " us";
    if (least != most) os << " to " << most.count() << " us";
  }
  if (r.duplicates > 0) os << ", " << r.duplicates << " duplicates";
  if (r.error)
    os << ", " << errno_name(*r.error) << " (" << errno_text(*r.error) << ")"
       << (was_reset(r) ? ": a reset came back" : " on this node");
  if (r.icmp) os << ", ICMP " << *r.icmp;
  const bool silent = !r.icmp && std::ranges::any_of(r.echoes, [](const Echo& echo) {
    return !echo.rtt && !echo.error && !echo.icmp;
  });
  if (silent)
    os << ", " << (r.received == 0 ? "no answer" : "no further answer") << " in "
       << fmt::format("{:g}", static_cast<double>(r.waited.count()) / 1000.0) << " s";
  return os;
}

}  // namespace vethlab
