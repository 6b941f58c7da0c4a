#include <vethlab/diagnosis/facts.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <system_error>

namespace vethlab::diagnosis {
namespace {

template <class Key, class Value, class Ask>
const Value& once(std::map<Key, Value>& known, const Key& key, Ask ask) {
  const auto found = known.find(key);
  return found != known.end() ? found->second : known[key] = ask();
}

}  // namespace

const std::vector<Link>& Facts::links(const Node& node) {
  return once(links_, &node, [&] { return node.links(); });
}

const std::vector<InterfaceAddress>& Facts::addresses(const Node& node) {
  return once(addresses_, &node, [&] { return node.addresses(); });
}

const std::vector<Neighbour>& Facts::neighbours(const Node& node) {
  return once(neighbours_, &node, [&] { return node.neighbours(); });
}

const std::vector<Route>& Facts::routes(const Node& node, Family family) {
  return once(routes_, {&node, family},
              [&] { return node.routes({.family = family, .table = 0}); });
}

const std::vector<Rule>& Facts::rules(const Node& node, Family family) {
  return once(rules_, {&node, family}, [&] { return node.rules(family); });
}

std::string Facts::sysctl(const Node& node, const std::string& name) {
  try {
    return node.sysctl(name);
  } catch (const std::system_error&) {
    return {};
  }
}

std::pair<std::string, int> Facts::ipv4_setting(const Node& node, const std::string& dev,
                                                const std::string& name) {
  const std::string all = "net.ipv4.conf.all." + name;
  const std::string own = "net.ipv4.conf." + dev + "." + name;
  const int of_all = std::atoi(sysctl(node, all).c_str());
  const int of_dev = std::atoi(sysctl(node, own).c_str());
  return of_dev >= of_all ? std::pair(own, of_dev) : std::pair(all, of_all);
}

std::optional<Link> Facts::link(const Node& node, const std::string& dev) {
  const auto& all = links(node);
  const auto found = std::ranges::find(all, dev, &Link::name);
  return found != all.end() ? std::optional(*found) : std::nullopt;
}

std::optional<Port> Facts::peer(const Node& node, const Link& link) {
  if (!link.peer_index || link.kind != "veth") return {};
  if (link.link_netns.empty() && link.link_netnsid) return {};  // in none of this lab's nodes
  for (const Node* other : nodes_) {
    if (link.link_netns.empty() ? other != &node : other->name() != link.link_netns) continue;
    for (const Link& end : links(*other))
      if (end.index == *link.peer_index) return Port{other, end};
  }
  return {};
}

std::vector<Facts::Owner> Facts::owners(const IpAddress& address) {
  std::vector<Owner> found;
  for (const Node* node : nodes_)
    for (const InterfaceAddress& each : addresses(*node))
      if (each.address.address() == address) found.push_back({node, each});
  return found;
}

std::optional<Facts::Owner> Facts::owner(const IpAddress& address, const Node* preferred) {
  const std::vector<Owner> all = owners(address);
  for (const Owner& each : all)
    if (each.node == preferred) return each;
  return all.empty() ? std::nullopt : std::optional(all.front());
}

bool Facts::owns(const Node& node, const IpAddress& address) {
  return std::ranges::any_of(addresses(node), [&](const InterfaceAddress& each) {
    return each.address.address() == address;
  });
}

std::vector<Port> Facts::segment(const Node& node, const std::string& dev) {
  std::vector<Port> found;
  std::vector<std::pair<const Node*, int>> visited;
  const auto start = link(node, dev);
  if (!start) return found;
  visited.emplace_back(&node, start->index);
  if (start->kind != "bridge") {
    if (const auto end = peer(node, *start)) walk(*end->node, end->link, found, visited);
    return found;
  }
  for (const Link& each : links(node))
    if (each.master == dev)
      if (const auto end = peer(node, each)) walk(*end->node, end->link, found, visited);
  return found;
}

// A frame has come in by `link`.
void Facts::walk(const Node& node, const Link& link, std::vector<Port>& found,
                 std::vector<std::pair<const Node*, int>>& visited) {
  const std::pair<const Node*, int> here{&node, link.index};
  if (std::ranges::find(visited, here) != visited.end()) return;
  visited.push_back(here);
  if (link.master.empty()) return found.push_back({&node, link});
  for (const Link& each : links(node)) {
    if (each.name == link.master) found.push_back({&node, each});
    if (each.master != link.master || each.index == link.index) continue;
    if (const auto end = peer(node, each)) walk(*end->node, end->link, found, visited);
  }
}

}  // namespace vethlab::diagnosis
