#include <vethlab/netlink/listening.h>

#include <vethlab/netlink/handles.h>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <functional>

namespace vethlab::netlink {

namespace {

using Each = std::function<void(const inet_diag_msg&)>;

void for_each_socket(Socket& diag, int protocol, int state, std::uint16_t port, const Each& each) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Message message(nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP));
    inet_diag_req_v2 ask{};
    ask.sdiag_family = static_cast<std::uint8_t>(family);
    ask.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    ask.idiag_states = 1U << state;
    nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
    diag.request("list listening sockets", message.get(), [&](nl_msg* answer) {
      const auto* one = static_cast<const inet_diag_msg*>(nlmsg_data(nlmsg_hdr(answer)));
      if (ntohs(one->id.idiag_sport) == port) each(*one);
    });
  }
}

}  // namespace

bool is_listening(Socket& diag, int protocol, std::uint16_t port) {
  bool found = false;
  for_each_socket(diag, protocol, protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE, port,
                  [&](const inet_diag_msg&) { found = true; });
  return found;
}

bool is_being_connected_to(Socket& diag, std::uint16_t port) {
  bool found = false;
  for_each_socket(diag, IPPROTO_TCP, TCP_SYN_RECV, port,
                  [&](const inet_diag_msg& one) { found = found || one.idiag_retrans == 0; });
  return found;
}

}  // namespace vethlab::netlink
