#include <vethlab/diagnosis/path.h>

#include <algorithm>
#include <vector>

namespace vethlab::diagnosis {
namespace {

// The nodes at which it came in, in order; a bridge's own among them.
std::vector<const Node*> nodes_of(const Node& from, const std::vector<Sighting>& seen) {
  std::vector<const Node*> nodes = {&from};
  for (const Sighting& each : seen)
    if (each.in() && each.packet.dev != "lo" && nodes.back() != each.node)
      nodes.push_back(each.node);
  return nodes;
}

std::string arrows(const std::vector<const Node*>& nodes) {
  constexpr std::size_t kMost = 8;  // of a loop
  std::string text;
  for (std::size_t i = 0; i < nodes.size() && i < kMost; ++i)
    text += (i == 0 ? "" : " ─ok→ ") + nodes[i]->name();
  return nodes.size() > kMost ? text + " ─ok→ …" : text;
}

bool got_there(const Case& judged, const std::vector<const Node*>& nodes) {
  if (judged.meant != nullptr) return std::ranges::find(nodes, judged.meant) != nodes.end();
  return judged.facts.owns(*nodes.back(), judged.requests.back().packet.dst.value_or(judged.to));
}

// A port that nobody listens on, a firewall that rejects.
bool answered_with_error(const Case& judged, const Node& node) {
  return judged.again.icmp && judged.facts.owns(node, judged.again.icmp->from);
}

}  // namespace

std::string path_of(const Case& judged, const Finding&) {
  const std::vector<const Node*> there = nodes_of(judged.source, judged.requests);
  std::string text = arrows(there);
  if (!got_there(judged, there)) {
    text += " ─✗";
    if (judged.meant != nullptr) text += "   " + judged.meant->name() + " never saw it";
    return text;
  }
  if (judged.answers.empty())
    return text + (answered_with_error(judged, *there.back()) ? "   which answered with that error"
                                                              : "   it did not answer");
  const std::vector<const Node*> back = nodes_of(*judged.answers.front().node, judged.answers);
  text += "   and back: " + arrows(back);
  const bool silent = !judged.again.error;  // no reset: what came back was not taken
  if (back.back() != &judged.source || silent) text += " ─✗";
  return text;
}

}  // namespace vethlab::diagnosis
