#include <vethlab/diagnosis/bystanders.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vethlab::diagnosis {
namespace {

bool is_group(const std::string& mac) {
  return mac.size() > 1 && (std::stoi(mac.substr(0, 2), nullptr, 16) & 1) != 0;
}

// The frame is for the interface that it came in by; a bridge's port takes all.
bool rightful(Facts& facts, const Sighting& seen) {
  const std::string& mac = seen.packet.dst_mac;
  const auto link = facts.link(*seen.node, seen.packet.dev);
  if (!link || !link->master.empty() || mac.empty() || is_group(mac) || mac == link->mac ||
      seen.packet.dev == "lo")
    return true;
  if (link->kind != "bridge") return false;
  return std::ranges::any_of(facts.links(*seen.node), [&](const Link& port) {
    return port.master == link->name && port.mac == mac;
  });
}

void forget_in(Facts& facts, std::vector<Sighting>& list) {
  const std::vector<Sighting> all = list;
  const auto better = [&](const Sighting& than) {
    return std::ranges::any_of(all, [&](const Sighting& each) {
      return each.in() && each.packet.bytes == than.packet.bytes &&
             (rightful(facts, each)
                  ? facts.link(*each.node, each.packet.dev)->master.empty()
                  : each.node != than.node && facts.owns(*each.node, *each.packet.dst) &&
                        !facts.owns(*than.node, *than.packet.dst));
    });
  };
  std::erase_if(list, [&](const Sighting& each) {
    return each.in() && each.packet.dst && !rightful(facts, each) && better(each);
  });
}

}  // namespace

void forget_bystanders(Case& judged) {
  for (auto* const list : {&judged.requests, &judged.answers, &judged.errors})
    forget_in(judged.facts, *list);
}

}  // namespace vethlab::diagnosis
