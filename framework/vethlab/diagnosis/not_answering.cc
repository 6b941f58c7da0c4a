#include <vethlab/diagnosis/causes.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace vethlab::diagnosis {

Finding ignored_question(Case& judged, const Facts::Owner& owner, const Sighting& arrived,
                         const IpAddress& target) {
  Facts& facts = judged.facts;
  const Node& node = *owner.node;
  const std::string& dev = arrived.packet.dev;
  const std::string has =
      fmt::format("{} does not answer for {} on {}", node.name(), target.text(), dev);
  if (owner.address.dadfailed)
    return {fmt::format("{}: somebody else has that address (duplicate: dadfailed)", has),
            {},
            &node,
            dev};
  if (owner.address.tentative)
    return {fmt::format("{}: the address is tentative still (duplicate address detection)", has),
            {},
            &node,
            dev};
  if (target.family() == Family::kIpv6) return {};
  const auto link = facts.link(node, dev);
  if (link && std::ranges::find(link->flags, "NOARP") != link->flags.end())
    return {fmt::format("{}: ARP is off there (NOARP)", has), {}, &node, dev};
  const auto [ignore_name, ignore] = facts.ipv4_setting(node, dev, "arp_ignore");
  if (ignore == 8 || (ignore >= 1 && owner.address.dev != dev))
    return {fmt::format("{} ({} = {})", has, ignore_name, ignore), {}, &node, dev};
  if (arrived.packet.src) {
    const auto back = ask_kernel(node, {.to = *arrived.packet.src, .chosen = false});
    const auto [filter_name, filter] = facts.ipv4_setting(node, dev, "arp_filter");
    if (filter == 1 && back.route && back.route->dev != dev)
      return {fmt::format("{} ({} = 1, and its route to {} is by {})", has, filter_name,
                          arrived.packet.src->text(), back.route->dev),
              {},
              &node,
              dev};
    if (ignore == 2 && !owner.address.address.contains(*arrived.packet.src))
      return {fmt::format("{} ({} = 2, and {} is not in {})", has, ignore_name,
                          arrived.packet.src->text(), owner.address.address.masked().text()),
              {},
              &node,
              dev};
    Finding source = refused_source(judged, arrived);
    if (source) {
      source.why = has + ": " + source.why;
      return source;
    }
  }
  return {};
}

}  // namespace vethlab::diagnosis
