#include <vethlab/icmp/send_echo.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/socket_address.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vethlab::icmp {
namespace {

// Ancillary data, one item after the other (cmsg(3)).
class Ancillary {
 public:
  template <class T>
  void add(int level, int type, const T& value) {
    auto* const header = reinterpret_cast<cmsghdr*>(buffer_.data() + used_);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
    used_ += CMSG_SPACE(sizeof value);
  }
  void attach(msghdr& message) {
    message.msg_control = used_ > 0 ? buffer_.data() : nullptr;
    message.msg_controllen = used_;
  }

 private:
  alignas(cmsghdr) std::array<char, 256> buffer_{};
  std::size_t used_ = 0;
};

void add_options(const Job& job, Ancillary& ancillary) {
  const ProbeOptions& o = job.options;
  const bool v4 = job.to.family() == Family::kIpv4;
  const auto src = o.src ? o.src->bytes() : std::span<const std::uint8_t>{};
  if (o.ttl != 64)
    v4 ? ancillary.add(IPPROTO_IP, IP_TTL, o.ttl)
       : ancillary.add(IPPROTO_IPV6, IPV6_HOPLIMIT, o.ttl);
  if (o.mark != 0) ancillary.add(SOL_SOCKET, SO_MARK, o.mark);
  if (!v4 && o.dont_fragment) ancillary.add(IPPROTO_IPV6, IPV6_DONTFRAG, int{1});
  if (!o.src && job.out == 0) return;
  if (v4) {
    in_pktinfo info{};
    info.ipi_ifindex = job.out;
    std::ranges::copy(src, reinterpret_cast<std::uint8_t*>(&info.ipi_spec_dst));
    ancillary.add(IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_ifindex = static_cast<unsigned>(job.out);
    std::ranges::copy(src, info.ipi6_addr.s6_addr);
    ancillary.add(IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

}  // namespace

// ICMP errors are read as the packets they are (a raw ICMP socket gets them all): IP_RECVERR would
// also make the next send fail with the error of an earlier echo.
void prepare_socket(int socket, Family family) {
  const int on = 1;
  const int ttl = 64;
  const auto set = [&](int level, int name, const auto& value) {
    if (::setsockopt(socket, level, name, &value, sizeof value) != 0)
      throw Refusal{errno, "prepare a raw ICMP socket", {}};
  };
  if (family == Family::kIpv4) {
    set(IPPROTO_IP, IP_TTL, ttl);
    return;
  }
  set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, on);
  set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl);
  icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  for (const int type : {ICMP6_DST_UNREACH, ICMP6_PACKET_TOO_BIG, ICMP6_TIME_EXCEEDED,
                         ICMP6_PARAM_PROB, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY})
    ICMP6_FILTER_SETPASS(type, &filter);
  set(IPPROTO_ICMPV6, ICMP6_FILTER, filter);
}

void set_dont_fragment(int socket, bool on) {
  const int df = on ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
  if (::setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &df, sizeof df) != 0)
    throw Refusal{errno, "setsockopt(IP_MTU_DISCOVER)", {}};
}

int send_echo(const Job& job, const EchoKey& key) {
  std::vector<std::uint8_t> echo = build_echo(job.to.family(), key, job.options.payload);
  SocketAddress where = socket_address(job.to, 0, job.scope);
  iovec data{echo.data(), echo.size()};
  msghdr message{};
  message.msg_name = where.get();
  message.msg_namelen = where.size;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  Ancillary ancillary;
  add_options(job, ancillary);
  ancillary.attach(message);
  return ::sendmsg(job.socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

}  // namespace vethlab::icmp
