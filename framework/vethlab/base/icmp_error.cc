#include <vethlab/base/icmp_error.h>

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

namespace vethlab {
namespace {

IcmpError unreachable(int code) {
  switch (code) {
    case ICMP_NET_UNREACH:
    case ICMP_NET_UNKNOWN: return IcmpError::kNoRoute;
    case ICMP_HOST_UNREACH:
    case ICMP_HOST_UNKNOWN: return IcmpError::kHostUnreachable;
    case ICMP_PROT_UNREACH: return IcmpError::kProtocolUnreachable;
    case ICMP_PORT_UNREACH: return IcmpError::kPortUnreachable;
    case ICMP_FRAG_NEEDED: return IcmpError::kPacketTooBig;
    case ICMP_NET_ANO:
    case ICMP_HOST_ANO:
    case ICMP_PKT_FILTERED: return IcmpError::kAdminProhibited;
    default: return IcmpError::kOther;
  }
}

IcmpError unreachable6(int code) {
  switch (code) {
    case ICMP6_DST_UNREACH_NOROUTE: return IcmpError::kNoRoute;
    case ICMP6_DST_UNREACH_ADMIN:
    case 5:                                      // failed ingress/egress policy
    case 6: return IcmpError::kAdminProhibited;  // reject route
    case ICMP6_DST_UNREACH_ADDR: return IcmpError::kHostUnreachable;
    case ICMP6_DST_UNREACH_NOPORT: return IcmpError::kPortUnreachable;
    default: return IcmpError::kOther;
  }
}

}  // namespace

std::optional<IcmpError> icmp_error(Family family, int type, int code) {
  if (family == Family::kIpv4) {
    switch (type) {
      case ICMP_DEST_UNREACH: return unreachable(code);
      case ICMP_TIME_EXCEEDED: return code == 0 ? IcmpError::kTtlExceeded : IcmpError::kOther;
      case ICMP_PARAMETERPROB: return IcmpError::kParameterProblem;
      default: return std::nullopt;
    }
  }
  switch (type) {
    case ICMP6_DST_UNREACH: return unreachable6(code);
    case ICMP6_PACKET_TOO_BIG: return IcmpError::kPacketTooBig;
    case ICMP6_TIME_EXCEEDED: return code == 0 ? IcmpError::kTtlExceeded : IcmpError::kOther;
    case ICMP6_PARAM_PROB:
      return code == ICMP6_PARAMPROB_NEXTHEADER ? IcmpError::kProtocolUnreachable
                                                : IcmpError::kParameterProblem;
    default: return std::nullopt;
  }
}

}  // namespace vethlab
