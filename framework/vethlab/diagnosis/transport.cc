#include <vethlab/diagnosis/causes.h>

#include <chrono>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

// = ss -ltn: more wait to be accepted than its backlog allows. That allowance, where it is so.
std::optional<int> full_backlog(const Node& node, int port) {
  try {
    const auto listed = node.exec({"ss", "-ltnH", "sport", "=", fmt::format(":{}", port)},
                                  {.timeout = std::chrono::seconds(2)});
    std::istringstream words(listed.out);
    std::string state;
    int waiting = 0;
    int backlog = 0;
    if (words >> state >> waiting >> backlog && waiting > backlog) return backlog;
  } catch (const std::exception&) {  // no ss(8)
  }
  return {};
}

bool is_any(const IpAddress& address) {
  return address.text() == "0.0.0.0" || address.text() == "::";
}

// A socket may listen on another address, or of the other family.
bool takes(const ListeningSocket& socket, const IpAddress& to) {
  if (!socket.address) return true;
  if (socket.address->family() != to.family()) return false;
  return is_any(*socket.address) || *socket.address == to;
}

}  // namespace

Finding not_listening(Case& judged, const Node& node) {
  if (judged.transport == Transport::kIcmp) return {};
  const bool tcp = judged.transport == Transport::kTcp;
  const std::string wanted = fmt::format("{} port {}", tcp ? "TCP" : "UDP", judged.port);
  std::vector<std::string> elsewhere;
  for (const ListeningSocket& each : node.listening_sockets()) {
    if (each.protocol != (tcp ? "tcp" : "udp") || each.port != judged.port) continue;
    if (!takes(each, judged.to)) {
      elsewhere.push_back(each.address->text());
      continue;
    }
    if (const auto backlog = tcp ? full_backlog(node, judged.port) : std::nullopt)
      return {fmt::format("{} listens on {} and accepts nobody: its backlog of {} is full",
                          node.name(), wanted, *backlog),
              {},
              &node,
              {}};
    if (tcp) return {};
    return {fmt::format("{} has a socket on {}, which has got it and does not answer", node.name(),
                        wanted),
            {},
            &node,
            {}};
  }
  if (elsewhere.empty())
    return {fmt::format("nobody in {} listens on {}", node.name(), wanted), {}, &node, {}};
  return {fmt::format("nobody in {} listens on {} of {}, only of {}", node.name(), wanted,
                      judged.to.text(), fmt::join(elsewhere, ", ")),
          {},
          &node,
          {}};
}

}  // namespace vethlab::diagnosis
