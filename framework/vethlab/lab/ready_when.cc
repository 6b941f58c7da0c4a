#include <vethlab/lab/ready_when.h>

#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/listening.h>

#include <linux/netlink.h>
#include <netinet/in.h>

#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

Ready listens(const char* name, int protocol, std::uint16_t port) {
  return {fmt::format("it listens on {} port {}", name, port), [=](const Node& node) {
            return netlink::is_listening(node.state().diag(), protocol, port);
          }};
}

}  // namespace

Ready operator&&(const Ready& a, const Ready& b) {
  return {a.what() + " and " + b.what(),
          [a, b](const Node& node) { return a.holds(node) && b.holds(node); }};
}

Ready listens_on_tcp(std::uint16_t port) { return listens("TCP", IPPROTO_TCP, port); }
Ready listens_on_udp(std::uint16_t port) { return listens("UDP", IPPROTO_UDP, port); }

}  // namespace vethlab
