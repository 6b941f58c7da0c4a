#include <vethlab/probe/error_queue.h>

#include <vethlab/base/icmp_error.h>
#include <vethlab/base/socket_address.h>

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace vethlab::probe {
namespace {

// The error, and behind it the address of its sender (SO_EE_OFFENDER).
std::optional<IcmpAnswer> read(std::span<const std::uint8_t> bytes) {
  sock_extended_err error{};
  if (bytes.size() < sizeof error) return std::nullopt;
  std::memcpy(&error, bytes.data(), sizeof error);
  const bool v4 = error.ee_origin == SO_EE_ORIGIN_ICMP;
  if (!v4 && error.ee_origin != SO_EE_ORIGIN_ICMP6) return std::nullopt;
  const auto what = icmp_error(v4 ? Family::kIpv4 : Family::kIpv6, error.ee_type, error.ee_code);
  if (!what) return std::nullopt;
  SocketAddress from;
  bytes = bytes.subspan(sizeof error);
  std::memcpy(&from.storage, bytes.data(), std::min(bytes.size(), sizeof from.storage));
  IcmpAnswer answer{*what, error.ee_type, error.ee_code, from.address(), {}};
  if (*what == IcmpError::kPacketTooBig) answer.mtu = static_cast<int>(error.ee_info);
  return answer;
}

}  // namespace

std::optional<IcmpAnswer> take_icmp_error(int socket) {
  for (;;) {
    alignas(cmsghdr) std::array<char, 512> control;
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
      const bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
      const bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
      if (!v4 && !v6) continue;
      if (auto answer = read({CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0)})) return answer;
    }
  }
}

}  // namespace vethlab::probe
