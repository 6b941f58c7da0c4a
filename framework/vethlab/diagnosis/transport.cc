#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/kernel_drops.h>
#include <vethlab/diagnosis/tool.h>

#include <algorithm>
#include <exception>
#include <regex>
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
    const auto listed = ask_tool(node, {"ss", "-ltnH", "sport", "=", fmt::format(":{}", port)});
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

// The request as it came in there: a NAT before it may have changed its address and port.
Packet request_at(const Case& judged, const Node& node) {
  const auto last =
      std::find_if(judged.requests.rbegin(), judged.requests.rend(),
                   [&](const Sighting& each) { return each.node == &node && each.in(); });
  if (last != judged.requests.rend()) return last->packet;
  Packet packet;
  packet.dst = judged.to;
  packet.dst_port = static_cast<std::uint16_t>(judged.port);
  return packet;
}

// A socket may listen on another address, of the other family, or on one interface alone.
bool takes(const ListeningSocket& socket, const Packet& packet) {
  if (!socket.dev.empty() && !packet.dev.empty() && socket.dev != packet.dev) return false;
  if (!socket.address || !packet.dst) return true;
  if (socket.address->family() != packet.dst->family()) return false;
  return is_any(*socket.address) || *socket.address == *packet.dst;
}

std::string place(const ListeningSocket& socket) {
  const std::string text = socket.address ? socket.address->text() : "any address";
  return socket.dev.empty() ? text : text + " on " + socket.dev;
}

// A translation of ports that leaves nothing to see where it goes wrong.
bool translates(const Node& node) {
  try {
    const auto listed =
        ask_tool(node, {"sh", "-c",
                        "nft list ruleset; grep -q nat /proc/net/ip_tables_names && "
                        "iptables-legacy-save -t nat"});
    return std::regex_search(listed.out, std::regex("dnat|redirect|tproxy|DNAT|REDIRECT|TPROXY"));
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

Finding not_listening(Case& judged, const Node& node, Told told) {
  if (judged.transport == Transport::kIcmp) return {};
  const Packet asked = request_at(judged, node);
  const bool tcp = judged.transport == Transport::kTcp;
  const int port = asked.dst_port.value_or(0);
  const std::string wanted = fmt::format("{} port {}", tcp ? "TCP" : "UDP", port);
  const std::string as =
      port == judged.port ? "" : fmt::format(", as which port {} came there", judged.port);
  std::vector<std::string> elsewhere;
  bool by_device = false;  // one is bound to an interface
  for (const ListeningSocket& each : node.listening_sockets()) {
    if (each.protocol != (tcp ? "tcp" : "udp") || each.port != port) continue;
    if (!takes(each, asked)) {
      elsewhere.push_back(place(each));
      by_device |= !each.dev.empty() && !asked.dev.empty();
      continue;
    }
    if (told == Told::kRefused)
      return {fmt::format("{} refuses it, though it has a socket on {}{}; why is not known",
                          node.name(), wanted, as),
              {},
              &node,
              {}};
    if (const auto backlog = tcp ? full_backlog(node, port) : std::nullopt)
      return {fmt::format("{} listens on {}{} and accepts nobody: its backlog of {} is full",
                          node.name(), wanted, as, *backlog),
              {},
              &node,
              {}};
    if (tcp) return {};
    if (Finding found = dropped_by_kernel(judged)) return found;
    return {fmt::format("{} has a socket on {}{}, and no answer of it left {}", node.name(), wanted,
                        as, node.name()),
            {},
            &node,
            {}};
  }
  // In silence: TCP would have sent a reset, so that it is not for want of a socket.
  if (told == Told::kNothing && (tcp || translates(node))) return {};
  if (elsewhere.empty())
    return {fmt::format("nobody in {} listens on {}{}", node.name(), wanted, as), {}, &node, {}};
  return {fmt::format("nobody in {} listens on {} of {}{}{}, only of {}", node.name(), wanted,
                      asked.dst->text(), by_device ? " on " + asked.dev : "", as,
                      fmt::join(elsewhere, ", ")),
          {},
          &node,
          {}};
}

Finding reset_by(Case& judged) {
  if (judged.answers.empty()) return {};
  const Sighting& first = judged.answers.front();
  if (!first.out() && first.packet.dev != "lo")
    return {fmt::format("the reset came in at {}'s {}, from no node of this lab",
                        first.node->name(), first.packet.dev),
            {},
            nullptr,
            {}};
  const Node& by = *first.node;
  const Sighting* asked = nullptr;
  for (const Sighting& each : judged.requests)
    if (each.node == &by && each.in()) asked = &each;
  if (Finding found = dropped_by_firewall(judged, by, asked)) return found;
  if (asked != nullptr && judged.facts.owns(by, *asked->packet.dst))
    return not_listening(judged, by, Told::kRefused);
  return {fmt::format("{} sends the reset, which it does not have the address for; by which rule "
                      "is not known",
                      by.name()),
          {},
          &by,
          {}};
}

}  // namespace vethlab::diagnosis
