#include <vethlab/lab/ready_when.h>

#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/listening.h>

#include <linux/netlink.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab {
namespace {

using internal::DaemonState;
using namespace std::chrono_literals;

constexpr auto kProbe = 200ms;

Ready listens(const std::string& on, std::function<bool(netlink::Socket& diag)> holds) {
  return Ready(Ready::Condition{
      .what = "it listens on " + on,
      .holds = [holds = std::move(holds)](
                   const Ready::Asked& asked) { return holds(asked.node.state().diag()); },
      .of_listeners = true});
}

Ready listens(const char* name, int protocol, std::uint16_t port) {
  return listens(fmt::format("{} port {}", name, port), [=](netlink::Socket& diag) {
    return netlink::is_listening(diag, protocol, port);
  });
}

bool is_there(const Ready::Asked& asked, const std::string& path) {
  if (asked.daemon == nullptr)
    return asked.node.run([&] { return ::access(path.c_str(), F_OK) == 0; });
  return asked.daemon->state().ask({.path = path}).is_there;
}

// It may have been told unasked, which saves the question.
template <class Holds>
bool is_known(const Ready::Asked& asked, Holds holds) {
  DaemonState& state = asked.daemon->state();
  state.hear();
  if (std::invoke(holds, std::as_const(state))) return true;
  (void)state.ask();
  return std::invoke(holds, std::as_const(state));
}

std::string joined(const std::vector<Ready::Condition>& conditions) {
  std::vector<std::string> whats;
  whats.reserve(conditions.size());
  for (const auto& each : conditions) whats.push_back(each.what);
  return fmt::format("{}", fmt::join(whats, " and "));
}

}  // namespace

Ready::Ready(std::string what, std::function<bool(const Node&)> holds)
    : Ready(Condition{std::move(what), [holds = std::move(holds)](const Asked& asked) {
                        return holds(asked.node);
                      }}) {}

Ready operator&&(const Ready& a, const Ready& b) {
  Ready both = a;
  both.conditions_.insert(both.conditions_.end(), b.conditions_.begin(), b.conditions_.end());
  return both;
}

std::string Ready::what() const { return conditions_.empty() ? "it runs" : joined(conditions_); }

bool Ready::holds(const Asked& asked) const {
  return std::ranges::all_of(conditions_, [&](const auto& each) { return each.holds(asked); });
}

Ready Ready::missing(const Asked& asked) const {
  Ready missing;
  std::ranges::copy_if(conditions_, std::back_inserter(missing.conditions_),
                       [&](const auto& each) { return !each.holds(asked); });
  return missing;
}

Ready listens_on_tcp(std::uint16_t port) { return listens("TCP", IPPROTO_TCP, port); }
Ready listens_on_udp(std::uint16_t port) { return listens("UDP", IPPROTO_UDP, port); }

Ready listens_on_path(TextView path) {
  return listens(fmt::format("Unix socket {}", std::string_view(path)),
                 [path = std::string(std::string_view(path))](netlink::Socket& diag) {
                   return netlink::is_listening_on_path(diag, path);
                 });
}

Ready prints_line(TextView containing) {
  std::string text{std::string_view{containing}};
  return Ready(Ready::Condition{fmt::format("it prints a line with \"{}\"", text),
                                [text](const Ready::Asked& asked) {
                                  return is_known(asked, [&](const DaemonState& state) {
                                    return std::ranges::any_of(
                                        state.log.lines(), [&](const OutputLine& line) {
                                          return line.text.find(text) != std::string::npos;
                                        });
                                  });
                                },
                                true});
}

Ready notifies() {
  return Ready(Ready::Condition{
      "it says READY=1 (sd_notify)",
      [](const Ready::Asked& asked) { return is_known(asked, &DaemonState::ready); }, true});
}

Ready exists(TextView path) {
  std::string text{std::string_view{path}};
  return Ready(
      Ready::Condition{fmt::format("{} is there", text),
                       [text](const Ready::Asked& asked) { return is_there(asked, text); }});
}

Ready has_route(Prefix to) {
  return {fmt::format("the node has a route to {}", to.text()), [to](const Node& node) {
            return std::ranges::any_of(node.routes({.family = to.family()}),
                                       [&](const Route& route) { return route.to == to; });
          }};
}

Ready has_address(Prefix address) {
  return {fmt::format("the node has the address {}", address.text()), [address](const Node& node) {
            return std::ranges::any_of(node.addresses(), [&](const InterfaceAddress& each) {
              return each.address == address && !each.tentative;
            });
          }};
}

Ready answers(Destination probe) {
  std::string what = fmt::format("{} answers the node", probe.text());
  return {std::move(what), [probe = std::move(probe)](const Node& node) {
            return node.probe(probe, {.timeout = kProbe}).received > 0;
          }};
}

}  // namespace vethlab
