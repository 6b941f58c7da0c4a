#include <vethlab/netlink/sockets.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/kernel_release.h>
#include <vethlab/netlink/handles.h>

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdint>
#include <vector>

namespace vethlab::netlink {
namespace {

// TCP_LISTEN ends with its process, TCP_TIME_WAIT holds nothing.
constexpr unsigned kConnections = ~((1U << TCP_LISTEN) | (1U << TCP_TIME_WAIT) | (1U << TCP_CLOSE));

std::vector<inet_diag_msg> connections(Socket& diag, int family) {
  std::vector<inet_diag_msg> all;
  const Message message(nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP));
  inet_diag_req_v2 ask{};
  ask.sdiag_family = static_cast<std::uint8_t>(family);
  ask.sdiag_protocol = IPPROTO_TCP;
  ask.idiag_states = kConnections;
  nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
  diag.request("list TCP connections", message.get(), [&](nl_msg* answer) {
    all.push_back(*static_cast<const inet_diag_msg*>(nlmsg_data(nlmsg_hdr(answer))));
  });
  return all;
}

void destroy(Socket& diag, const inet_diag_msg& connection) {
  const Message message(nlmsg_alloc_simple(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK));
  inet_diag_req_v2 ask{};
  ask.sdiag_family = connection.idiag_family;
  ask.sdiag_protocol = IPPROTO_TCP;
  ask.idiag_states = kConnections;
  ask.id = connection.id;
  nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
  try {
    diag.request("destroy a TCP connection", message.get());
  } catch (const Refusal&) {
    // it has ended by itself, or the kernel was built without SOCK_DESTROY
  }
}

}  // namespace

void destroy_tcp_connections(Socket& diag, int family) {
  // "tcp: fix forever orphan socket caused by tcp_abort".
  const bool orphans_too = kernel_is_at_least(6, 12);
  for (const inet_diag_msg& connection : connections(diag, family))
    if (orphans_too || connection.idiag_inode != 0) destroy(diag, connection);
}

}  // namespace vethlab::netlink
