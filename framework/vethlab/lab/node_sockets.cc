#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/listening.h>

#include <cerrno>

namespace vethlab {

std::vector<ListeningSocket> Node::listening_sockets(Caller caller) const {
  return state_->attempt(caller, [&] {
    try {
      return netlink::listening_sockets(state_->diag(), state_->netlink);
    } catch (const Refusal& refusal) {
      if (refusal.error != ENOENT) throw;
      throw Unsupported(
          fmt::format("this kernel cannot {}: {} ({})\nTo mend it: a kernel with CONFIG_INET_DIAG, "
                      "CONFIG_INET_UDP_DIAG and CONFIG_UNIX_DIAG",
                      refusal.attempt, errno_text(refusal.error), errno_name(refusal.error)));
    }
  });
}

}  // namespace vethlab
