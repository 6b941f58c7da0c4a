#include <vethlab/diagnosis/causes.h>

#include <fmt/format.h>

namespace vethlab::diagnosis {

Finding not_sent(Case& judged, const Node& node, const std::string& dev) {
  const auto link = judged.facts.link(node, dev);
  if (!link) return {};
  if (!link->lower_up)
    if (const auto end = judged.facts.peer(node, *link); end && !end->link.up)
      return {fmt::format("{}'s {} is down, so that {}'s {} has no carrier", end->node->name(),
                          end->link.name, node.name(), dev),
              {},
              end->node,
              end->link.name};
  if (Finding found = dropped_by_filter(judged, node, dev, Way::kOut)) return found;
  return dropped_by_qdisc(judged, node, *link);
}

}  // namespace vethlab::diagnosis
