#include <vethlab/probe/attempt.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/socket_address.h>
#include <vethlab/probe/error_queue.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace vethlab::probe {
namespace {

template <class T>
void set(int socket, int level, int name, const T& value) {
  if (::setsockopt(socket, level, name, &value, sizeof value) != 0)
    throw Refusal{errno, "prepare a probe's socket", {}};
}

void prepare(int socket, const Job& job) {
  const ProbeOptions& o = job.options;
  const bool v4 = job.to.family() == Family::kIpv4;
  const bool udp = job.transport == Transport::kUdp;
  const int on = 1;
  if (v4) {
    set(socket, IPPROTO_IP, IP_RECVERR, on);
    set(socket, IPPROTO_IP, IP_TTL, o.ttl);
    if (udp) set(socket, IPPROTO_IP, IP_RECVTTL, on);
    if (udp)
      set(socket, IPPROTO_IP, IP_MTU_DISCOVER,
          o.dont_fragment ? int{IP_PMTUDISC_DO} : int{IP_PMTUDISC_DONT});
  } else {
    set(socket, IPPROTO_IPV6, IPV6_RECVERR, on);
    set(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, o.ttl);
    if (udp) set(socket, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, on);
    if (udp && o.dont_fragment) set(socket, IPPROTO_IPV6, IPV6_DONTFRAG, on);
  }
  if (o.mark != 0) set(socket, SOL_SOCKET, SO_MARK, o.mark);
  if (!o.dev.empty() && ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, o.dev.c_str(),
                                     static_cast<socklen_t>(o.dev.size())) != 0)
    throw Refusal{errno, "bind a probe's socket to " + o.dev, {}};
}

int bind_to(int socket, const Job& job) {
  const int on = 1;  // the port is chosen with the destination: there are more of them
  set(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, on);
  const SocketAddress src = socket_address(*job.options.src, 0, job.scope);
  return ::bind(socket, src.get(), src.size) == 0 ? 0 : errno;
}

std::vector<std::uint8_t> datagram(int payload, std::uint64_t cookie) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(payload));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i < 8 ? cookie >> (8 * (7 - i)) : i);
  return bytes;
}

std::optional<int> ttl_of(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    const bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_TTL;
    const bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_HOPLIMIT;
    if (!v4 && !v6) continue;
    int ttl = 0;
    std::memcpy(&ttl, CMSG_DATA(header), sizeof ttl);
    return ttl;
  }
  return std::nullopt;
}

int take_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

// A connection that was reset before we looked was made all the same: how soon we look must not
// decide.
std::optional<Answer> look_at_connection(int socket, std::uint32_t events) {
  const int error = take_error(socket);
  if (error == ETIMEDOUT) return Answer{};
  if (error != 0 && error != ECONNRESET) return Answer{.error = error};
  if (error == 0 && (events & EPOLLOUT) == 0) return std::nullopt;
  return Answer{.received = true};
}

std::optional<Answer> look_at_datagrams(int socket) {
  std::array<std::uint8_t, 1> first;  // who answers is enough: the rest is cut off
  alignas(cmsghdr) std::array<char, 64> control;
  iovec data{first.data(), first.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_DONTWAIT) < 0) return std::nullopt;
  return Answer{.received = true, .ttl = ttl_of(message)};
}

// Of a connection without data sent: what comes next is the SYN's number and 1. Only a socket in
// repair mode tells it (tcp(7) of its makers: CRIU), which sends nothing by itself.
std::uint32_t initial_sequence(int socket) {
  const auto refused = [] {
    throw Refusal{errno, "ask a connection for its first sequence number", {}};
  };
  constexpr int kSendQueue = 2;     // linux/tcp.h: TCP_SEND_QUEUE
  constexpr int kOffSilently = -1;  // TCP_REPAIR_OFF_NO_WP
  const int on = 1;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) != 0) refused();
  std::uint32_t next = 0;
  socklen_t size = sizeof next;
  const bool told =
      ::setsockopt(socket, IPPROTO_TCP, TCP_REPAIR_QUEUE, &kSendQueue, sizeof kSendQueue) == 0 &&
      ::getsockopt(socket, IPPROTO_TCP, TCP_QUEUE_SEQ, &next, &size) == 0;
  if (!told) refused();
  if (::setsockopt(socket, IPPROTO_TCP, TCP_REPAIR, &kOffSilently, sizeof kOffSilently) != 0)
    refused();
  return next - 1;
}

std::uint16_t own_port(int socket) {
  SocketAddress own;
  return ::getsockname(socket, own.get(), &own.size) == 0 ? own.port() : std::uint16_t{0};
}

}  // namespace

int begin(int socket, const Job& job, std::uint64_t cookie) {
  prepare(socket, job);
  if (job.options.src) {
    if (const int error = bind_to(socket, job)) return error;
  }
  const SocketAddress to = socket_address(job.to, job.port, job.scope);
  if (::connect(socket, to.get(), to.size) != 0 && errno != EINPROGRESS) return errno;
  if (job.transport == Transport::kTcp) return 0;
  const auto bytes = datagram(job.options.payload, cookie);
  return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0 ? errno : 0;
}

std::optional<Answer> look(int socket, Transport transport, std::uint32_t events) {
  if ((events & EPOLLERR) != 0) {
    if (const auto icmp = take_icmp_error(socket)) return Answer{.icmp = icmp};
  }
  if (transport == Transport::kTcp) return look_at_connection(socket, events);
  return look_at_datagrams(socket);
}

Mark mark_of(int socket, const Job& job, std::uint64_t cookie) {
  if (job.transport == Transport::kTcp) return {initial_sequence(socket)};
  const std::uint16_t port = own_port(socket);
  return {job.options.payload >= kCookieBytes ? cookie : port, port};
}

void end(int socket, Transport transport) {
  if (transport != Transport::kTcp) return;
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  (void)::connect(socket, &none, sizeof none);
}

}  // namespace vethlab::probe
