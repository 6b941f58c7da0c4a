#include <vethlab/netlink/socket_diag.h>

#include <vethlab/netlink/handles.h>

#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <netlink/attr.h>

#include <algorithm>
#include <cstdint>

namespace vethlab::netlink {
namespace {

constexpr const char* kAttempt = "list listening sockets";

Message dump() {
  return Message(nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP));
}

// A path comes with the zero byte at its end; an abstract name begins with one.
std::string name_in(nlmsghdr* header) {
  const nlattr* const in = nlmsg_find_attr(header, sizeof(unix_diag_msg), UNIX_DIAG_NAME);
  if (in == nullptr) return {};
  std::string name(static_cast<const char*>(nla_data(in)), static_cast<std::size_t>(nla_len(in)));
  if (!name.starts_with('\0')) name.resize(std::min(name.find('\0'), name.size()));
  std::ranges::replace(name, '\0', '@');
  return name;
}

}  // namespace

void for_each_inet_socket(Socket& diag, int protocol, unsigned states, const EachInet& each) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Message message = dump();
    inet_diag_req_v2 ask{};
    ask.sdiag_family = static_cast<std::uint8_t>(family);
    ask.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    ask.idiag_states = states;
    nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
    diag.request(kAttempt, message.get(), [&](nl_msg* answer) {
      nlmsghdr* const header = nlmsg_hdr(answer);
      each(*static_cast<const inet_diag_msg*>(nlmsg_data(header)), header);
    });
  }
}

void for_each_unix_socket(Socket& diag, unsigned states, const EachUnix& each) {
  const Message message = dump();
  unix_diag_req ask{};
  ask.sdiag_family = AF_UNIX;
  ask.udiag_states = states;
  ask.udiag_show = UDIAG_SHOW_NAME;
  nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
  diag.request(kAttempt, message.get(), [&](nl_msg* answer) {
    nlmsghdr* const header = nlmsg_hdr(answer);
    each(*static_cast<const unix_diag_msg*>(nlmsg_data(header)), name_in(header));
  });
}

}  // namespace vethlab::netlink
