#include <vethlab/netlink/qdisc_requests.h>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

Message root_qdisc(int type, int flags, int index) {
  Message message(nlmsg_alloc_simple(type, NLM_F_REQUEST | flags));
  tcmsg root{};
  root.tcm_family = AF_UNSPEC;
  root.tcm_ifindex = index;
  root.tcm_parent = TC_H_ROOT;
  nlmsg_append(message.get(), &root, sizeof root, NLMSG_ALIGNTO);
  return message;
}

}  // namespace

void set_root_qdisc(Socket& socket, int index, std::string_view name, const std::string& kind) {
  const Message message = root_qdisc(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, index);
  nla_put_string(message.get(), TCA_KIND, kind.c_str());
  socket.request(fmt::format("set qdisc {} on {}", kind, name), message.get());
}

void delete_root_qdisc(Socket& socket, int index, std::string_view name) {
  const Message message = root_qdisc(RTM_DELQDISC, 0, index);
  socket.request(fmt::format("delete the qdisc of {}", name), message.get());
}

}  // namespace vethlab::netlink
