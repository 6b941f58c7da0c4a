#include <vethlab/netlink/listening.h>

#include <vethlab/netlink/handles.h>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace vethlab::netlink {

bool is_listening(Socket& diag, int protocol, std::uint16_t port) {
  bool found = false;
  for (const int family : {AF_INET, AF_INET6}) {
    const Message message(nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP));
    inet_diag_req_v2 ask{};
    ask.sdiag_family = static_cast<std::uint8_t>(family);
    ask.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    ask.idiag_states = 1U << (protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
    nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
    diag.request("list listening sockets", message.get(), [&](nl_msg* answer) {
      const auto* one = static_cast<const inet_diag_msg*>(nlmsg_data(nlmsg_hdr(answer)));
      found = found || ntohs(one->id.idiag_sport) == port;
    });
  }
  return found;
}

}  // namespace vethlab::netlink
