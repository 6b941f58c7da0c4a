#include <vethlab/netlink/listening.h>

#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/handles.h>
#include <vethlab/netlink/socket_diag.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <netlink/attr.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

namespace vethlab::netlink {
namespace {

constexpr unsigned bit(int state) { return 1U << state; }

// TCP_CLOSE is what UDP calls bound, and not connected.
unsigned waiting_state(int protocol) {
  return bit(protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
}

// None where it is every address of both families: IPv6's "any" of a socket that takes IPv4, too.
std::optional<IpAddress> address_of(const inet_diag_msg& socket, nlmsghdr* header) {
  const bool is_v6 = socket.idiag_family == AF_INET6;
  const auto address = IpAddress::from_bytes(
      std::span(reinterpret_cast<const std::uint8_t*>(socket.id.idiag_src), is_v6 ? 16 : 4));
  const nlattr* const only_v6 = nlmsg_find_attr(header, sizeof socket, INET_DIAG_SKV6ONLY);
  const bool both = is_v6 && only_v6 != nullptr && nla_get_u8(only_v6) == 0;
  const bool any = std::ranges::count(address.bytes(), 0) == 16;
  if (both && any) return {};
  return address;
}

const char* unix_protocol(int type) {
  return type == SOCK_STREAM ? "u_str" : type == SOCK_DGRAM ? "u_dgr" : "u_seq";
}

// Streams that listen, and datagram sockets that are bound.
void for_each_waiting_unix(
    Socket& diag, const std::function<void(const unix_diag_msg&, const std::string&)>& each) {
  for_each_unix_socket(diag, bit(TCP_LISTEN) | bit(TCP_CLOSE),
                       [&](const unix_diag_msg& one, const std::string& name) {
                         const bool listens = one.udiag_state == TCP_LISTEN;
                         if (!name.empty() && (listens || one.udiag_type == SOCK_DGRAM))
                           each(one, name);
                       });
}

}  // namespace

bool is_listening(Socket& diag, int protocol, std::uint16_t port) {
  bool found = false;
  for_each_inet_socket(diag, protocol, waiting_state(protocol),
                       [&](const inet_diag_msg& one, nlmsghdr*) {
                         found = found || ntohs(one.id.idiag_sport) == port;
                       });
  return found;
}

bool is_being_connected_to(Socket& diag, std::uint16_t port) {
  bool found = false;
  for_each_inet_socket(
      diag, IPPROTO_TCP, bit(TCP_SYN_RECV), [&](const inet_diag_msg& one, nlmsghdr*) {
        found = found || (ntohs(one.id.idiag_sport) == port && one.idiag_retrans == 0);
      });
  return found;
}

bool is_listening_on_path(Socket& diag, std::string_view path) {
  bool found = false;
  for_each_waiting_unix(
      diag, [&](const unix_diag_msg&, const std::string& name) { found = found || name == path; });
  return found;
}

std::vector<ListeningSocket> listening_sockets(Socket& diag, Socket& rtnetlink) {
  std::vector<ListeningSocket> sockets;
  const DeviceNames devices(rtnetlink);
  const auto list = [&](const char* name, int protocol) {
    for_each_inet_socket(
        diag, protocol, waiting_state(protocol),
        [&, name](const inet_diag_msg& one, nlmsghdr* header) {
          sockets.push_back({.protocol = name,
                             .address = address_of(one, header),
                             .dev = devices.name(static_cast<int>(one.id.idiag_if)),
                             .port = ntohs(one.id.idiag_sport)});
        });
  };
  list("tcp", IPPROTO_TCP);
  list("udp", IPPROTO_UDP);
  for_each_waiting_unix(diag, [&](const unix_diag_msg& one, const std::string& name) {
    sockets.push_back({.protocol = unix_protocol(one.udiag_type), .path = name});
  });
  std::ranges::sort(sockets, {}, [](const ListeningSocket& s) {
    return std::tuple(s.protocol, s.port, s.address ? s.address->text() : "*", s.dev, s.path);
  });
  return sockets;
}

}  // namespace vethlab::netlink
