#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/connection_requests.h>

#include <cerrno>

// Connection tracking, by ctnetlink on a socket born in the node.
namespace vethlab {
namespace {

template <class F>
auto on_conntrack(internal::NodeState& node, Caller caller, F f) {
  return node.attempt(caller, [&] {
    try {
      return f(node.netfilter());
    } catch (const Refusal& refusal) {
      if (refusal.error != EINVAL && refusal.error != EOPNOTSUPP &&
          refusal.error != EPROTONOSUPPORT)
        throw;
      throw Unsupported(
          fmt::format("this kernel tracks no connections: {}: {} ({})\nTo mend it: a "
                      "kernel with CONFIG_NF_CT_NETLINK",
                      refusal.attempt, errno_text(refusal.error), errno_name(refusal.error)));
    }
  });
}

}  // namespace

std::vector<Connection> Node::connections(Caller caller) const {
  return on_conntrack(*state_, caller, [](auto& socket) { return netlink::connections(socket); });
}

void Node::forget_connections(Caller caller) {
  const internal::Doing doing(*state_, caller, "forget_connections");
  on_conntrack(*state_, caller, [](auto& socket) { netlink::forget_connections(socket); });
}

}  // namespace vethlab
