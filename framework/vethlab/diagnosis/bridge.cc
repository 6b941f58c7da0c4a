#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/port_vlans.h>
#include <vethlab/diagnosis/tool.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

constexpr std::size_t kHeader = 14;  // Ethernet's

// As sysfs has it: "1". Empty: this kernel has none of that name.
std::string attribute(const Node& node, const std::string& path) {
  try {
    std::string text = ask_tool(node, {"cat", "/sys/class/net/" + path}).out;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  } catch (const std::exception&) {
    return {};
  }
}

std::string port_attribute(const Node& node, const Link& port, const std::string& name) {
  return attribute(node, port.name + "/brport/" + name);
}

// A frame on its way through a bridge: from the port by which it came in, to the port behind which the one
// is whom it is for.
struct Passage {
  Case& judged;
  const Sighting& arrived;
  const Link& in;
  const Link& out;
  [[nodiscard]] const Node& node() const { return *arrived.node; }
  [[nodiscard]] const Packet& packet() const { return arrived.packet; }
  [[nodiscard]] const std::string& bridge() const { return in.master; }
  [[nodiscard]] bool broadcast() const { return packet().dst_mac == "ff:ff:ff:ff:ff:ff"; }
  // Also an unknown one is flooded, but a group's are not by those rules.
  [[nodiscard]] bool unicast() const {
    return !packet().dst_mac.empty() &&
           (std::stoi(packet().dst_mac.substr(0, 2), nullptr, 16) & 1) == 0;
  }
  [[nodiscard]] bool left_by(const std::string& dev) const {
    for (const auto* list : {&judged.requests, &judged.answers, &judged.resolutions})
      for (const Sighting& each : *list)
        if (each.node == &node() && each.out() && each.packet.dev == dev &&
            each.packet.dst_mac == packet().dst_mac)
          return true;
    return false;
  }
  [[nodiscard]] Finding at(const Link& port, std::string why) const {
    return {std::move(why), {}, &node(), port.name};
  }
};

Finding not_forwarding(const Passage& frame) {
  static constexpr std::array<const char*, 5> kStates = {"disabled", "listening", "learning",
                                                         "forwarding", "blocking"};
  for (const Link* port : {&frame.in, &frame.out}) {
    const std::string state = port_attribute(frame.node(), *port, "state");
    if (state.empty() || state == "3") continue;
    const auto number = static_cast<std::size_t>(state.front() - '0');
    return frame.at(*port,
                    fmt::format("{}'s port {} is {}", frame.node().name(), port->name,
                                number < kStates.size() ? kStates[number] : "not forwarding"));
  }
  return {};
}

Finding isolated(const Passage& frame) {
  if (port_attribute(frame.node(), frame.in, "isolated") != "1" ||
      port_attribute(frame.node(), frame.out, "isolated") != "1")
    return {};
  return frame.at(
      frame.out, fmt::format("{} and {} are both isolated ports of {}'s {}: they do not reach each "
                             "other",
                             frame.in.name, frame.out.name, frame.node().name(), frame.bridge()));
}

Finding in_another_vlan(const Passage& frame) {
  const Node& node = frame.node();
  const std::string settings = frame.bridge() + "/bridge/vlan_";
  if (attribute(node, settings + "filtering") != "1" ||
      attribute(node, settings + "protocol") != "0x8100")
    return {};
  const auto taken = port_vlans(node, frame.in.name);
  const auto given = port_vlans(node, frame.out.name);
  if (!taken || !given) return {};
  const int tag = frame.packet().vlan.value_or(0);  // 0: has a priority and no VLAN
  const std::string name = node.name();
  if (tag == 0 && !taken->pvid)
    return frame.at(frame.in,
                    fmt::format("{}'s port {} takes no frame without a VLAN tag: it has no "
                                "PVID (its VLANs: {})",
                                name, frame.in.name, taken->text));
  const int vlan = tag != 0 ? tag : *taken->pvid;
  if (!taken->has(vlan))
    return frame.at(frame.in,
                    fmt::format("{}'s port {} is not in VLAN {}, which the frame that came "
                                "in there has (its VLANs: {})",
                                name, frame.in.name, vlan, taken->text));
  if (given->has(vlan)) return {};
  return frame.at(frame.out,
                  fmt::format("{}'s port {} is not in VLAN {}, as which {} takes the frame in (its "
                              "VLANs: {})",
                              name, frame.out.name, vlan, frame.in.name, given->text));
}

// The bridge knows better where that MAC address is, and is wrong.
Finding behind_another_port(const Passage& frame) {
  if (!frame.unicast()) return {};
  const Node& node = frame.node();
  const FdbEntry* wrong = nullptr;
  const std::vector<FdbEntry> fdb = node.fdb();
  for (const FdbEntry& each : fdb) {
    if (each.mac != frame.packet().dst_mac || each.master != frame.bridge()) continue;
    if (each.dev == frame.out.name) return {};
    wrong = &each;
  }
  if (wrong == nullptr || (wrong->dev != frame.in.name && !frame.left_by(wrong->dev))) return {};
  return frame.at(frame.out,
                  fmt::format("{}'s {} takes {} to be behind {} ({}), and it is behind {}",
                              node.name(), frame.bridge(), wrong->mac, wrong->dev,
                              wrong->state.empty() ? "learnt" : wrong->state, frame.out.name));
}

Finding not_flooded(const Passage& frame) {
  const char* const name = frame.broadcast() ? "broadcast_flood" : "unicast_flood";
  if (!frame.broadcast() && !frame.unicast()) return {};
  if (port_attribute(frame.node(), frame.out, name) != "0") return {};
  if (frame.unicast()) {
    const std::vector<FdbEntry> fdb = frame.node().fdb();
    if (std::ranges::any_of(fdb, [&](const FdbEntry& each) {
          return each.mac == frame.packet().dst_mac && each.master == frame.bridge();
        }))
      return {};
    return frame.at(
        frame.out,
        fmt::format("{}'s port {} is given no frames for MAC addresses that {} does not "
                    "know (unicast_flood off), and {} it does not",
                    frame.node().name(), frame.out.name, frame.bridge(), frame.packet().dst_mac));
  }
  return frame.at(
      frame.out,
      fmt::format("{}'s port {} is given no broadcasts (broadcast_flood off), and {} is one",
                  frame.node().name(), frame.out.name, in_words(frame.packet())));
}

Finding too_big(const Passage& frame) {
  if (std::size_t(frame.out.mtu) + kHeader >= frame.packet().length) return {};
  return frame.at(
      frame.out,
      fmt::format("{}'s port {} has an mtu of {}, and the packet has {} bytes", frame.node().name(),
                  frame.out.name, frame.out.mtu, frame.packet().length - kHeader));
}

// br_netfilter: why chains that are no bridge's see it at all.
void add_bridge_netfilter(const Passage& frame, Finding& found) {
  if (found.family != "inet" && found.family != "ip" && found.family != "ip6") return;
  const bool v6 = frame.judged.family() == Family::kIpv6;
  const std::string name = fmt::format("net.bridge.bridge-nf-call-ip{}tables", v6 ? "6" : "");
  if (frame.judged.facts.sysctl(frame.node(), name) == "1")
    found.evidence.push_back(
        fmt::format("{} = 1: what {} bridges passes the chains of IP, too", name, frame.bridge()));
}

}  // namespace

Finding not_bridged(Case& judged, const Sighting& arrived, const Link& in, const Link& out) {
  const Node& node = *arrived.node;
  if (const auto bridge = judged.facts.link(node, in.master); bridge && !bridge->up)
    return {fmt::format("{}'s bridge {} is down", node.name(), in.master), {}, &node, in.master};
  if (!out.up) return {fmt::format("{}'s {} is down", node.name(), out.name), {}, &node, out.name};
  const Passage frame{judged, arrived, in, out};
  if (Finding found = dropped_by_filter(judged, node, in.name, Way::kIn)) return found;
  if (Finding found = not_sent(judged, node, out.name)) return found;
  for (auto* const cause :
       {not_forwarding, isolated, in_another_vlan, behind_another_port, not_flooded})
    if (Finding found = cause(frame)) return found;
  if (Finding found = dropped_by_firewall(judged, node, &arrived)) {
    add_bridge_netfilter(frame, found);
    return found;
  }
  return too_big(frame);
}

Finding beside_the_bridge(Case& judged, const Node& node, const std::string& dev) {
  const auto link = judged.facts.link(node, dev);
  const auto end = link ? judged.facts.peer(node, *link) : std::nullopt;
  if (!end || !end->link.master.empty() || end->link.kind == "bridge") return {};
  if (std::ranges::any_of(judged.facts.addresses(*end->node), [&](const InterfaceAddress& each) {
        return each.index == end->link.index;
      }))
    return {};
  for (const Link& each : judged.facts.links(*end->node))
    if (each.kind == "bridge")
      return {fmt::format("{}'s {}, where {}'s wire ends, is not a port of {}", end->node->name(),
                          end->link.name, node.name(), each.name),
              {},
              end->node,
              end->link.name};
  return {};
}

}  // namespace vethlab::diagnosis
