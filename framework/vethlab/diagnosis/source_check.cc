#include <vethlab/diagnosis/causes.h>

#include <string>

#include <fmt/format.h>

namespace vethlab::diagnosis {

Finding refused_source(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Node& node = *last.node;
  const std::string& dev = last.packet.dev;
  const IpAddress& from = *last.packet.src;
  if (from.family() != Family::kIpv4 || dev == "lo" || !last.packet.dst) return {};
  // The kernel's own verdict: of several ways back one by that interface is enough.
  if (ask_kernel(node, {.from = from, .to = *last.packet.dst, .in = dev}).error == 0) return {};
  if (facts.owns(node, from) &&
      facts.sysctl(node, "net.ipv4.conf." + dev + ".accept_local") != "1" &&
      facts.sysctl(node, "net.ipv4.conf.all.accept_local") != "1")
    return {fmt::format("{} drops what comes in with its own address {} as the source (a martian)",
                        node.name(), from.text()),
            {},
            &node,
            dev};
  const auto [name, filter] = facts.ipv4_setting(node, dev, "rp_filter");
  if (filter == 0) return {};
  const auto back = ask_kernel(node, {.to = from, .chosen = false});
  if (back.route && (filter == 2 || back.route->dev == dev)) return {};
  return {fmt::format("{} drops what comes in on {} from {}: its own route there is {} ({} = {})",
                      node.name(), dev, from.text(), back.route ? "by " + back.route->dev : "none",
                      name, filter),
          {},
          &node,
          dev};
}

}  // namespace vethlab::diagnosis
