#include <vethlab/evidence/graph.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

constexpr const char* kRed = "#d00000";

// What both languages have in common.
struct Vertex {
  std::string id;  // "n0_2": the third node of the first lab
  std::string label;
  const Node* node;
  bool broken = false;
};
struct Edge {
  std::string from;
  std::string to;
  std::vector<std::string> near;  // lines: the interface, its addresses
  std::vector<std::string> far;
  bool works = true;
  bool broken = false;
};
struct Cluster {
  std::string title;
  std::vector<Vertex> vertices = {};
  std::vector<Edge> edges = {};
};

std::vector<std::string> lines_of(const Lab& lab, const End& end) {
  std::vector<std::string> lines = {end.dev};
  for (const Node& node : lab.nodes)
    if (node.name == end.node)
      for (const Interface& each : node.interfaces)
        if (each.name == end.dev)
          lines.insert(lines.end(), each.addresses.begin(), each.addresses.end());
  return lines;
}

std::string id_of(const Lab& lab, std::size_t number, const std::string& node) {
  const auto found = std::ranges::find(lab.nodes, node, &Node::name);
  return fmt::format("n{}_{}", number, found - lab.nodes.begin());
}

// A hop is an end of a wire; where it is none, it is the node.
Cluster cluster_of(const Lab& lab, std::size_t number, const std::optional<BrokenHop>& broken) {
  Cluster all{.title = fmt::format("lab {} ({})", number + 1, lab.made)};
  const bool here = broken && broken->lab == number;
  const auto breaks = [&](const End& end) {
    return here && !broken->dev.empty() && end.node == broken->node && end.dev == broken->dev;
  };
  bool is_wire = false;
  for (const Wire& each : lab.wires) {
    Edge edge{.from = id_of(lab, number, each.a.node),
              .to = id_of(lab, number, each.b.node),
              .near = lines_of(lab, each.a),
              .far = lines_of(lab, each.b),
              .works = each.a.up && each.b.up && !each.drops,
              .broken = breaks(each.a) || breaks(each.b)};
    is_wire = is_wire || edge.broken;
    all.edges.push_back(std::move(edge));
  }
  for (const Node& each : lab.nodes)
    all.vertices.push_back({.id = id_of(lab, number, each.name),
                            .label = each.name,
                            .node = &each,
                            .broken = here && !is_wire && each.name == broken->node});
  return all;
}

std::vector<Cluster> clusters_of(const Evidence& all) {
  std::vector<Cluster> clusters;
  for (std::size_t i = 0; i < all.labs.size(); ++i)
    clusters.push_back(cluster_of(all.labs[i], i, all.broken));
  return clusters;
}

std::string replaced(std::string text, char what, std::string_view by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, 1, by);
  return text;
}

// Within double quotes, where Mermaid knows entities, and dot a backslash.
std::string mermaid_text(std::string text) {
  text = replaced(std::move(text), '#', "#35;");
  return replaced(replaced(std::move(text), '"', "#quot;"), '<', "#lt;");
}
std::string dot_text(std::string text) {
  return replaced(replaced(std::move(text), '\\', "\\\\"), '"', "\\\"");
}

template <class Escape>
std::string joined(const std::vector<std::string>& lines, std::string_view by, Escape escape) {
  std::string text;
  for (const std::string& each : lines)
    text += (text.empty() ? "" : std::string(by)) + escape(each);
  return text;
}

std::string mermaid_shape(const Vertex& vertex) {
  const std::string label = mermaid_text(vertex.label);
  if (vertex.node->is_switch) return fmt::format("{{{{\"{}\"}}}}", label);
  return vertex.node->forwards ? fmt::format("([\"{}\"])", label) : fmt::format("[\"{}\"]", label);
}

const char* dot_shape(const Node& node) {
  return node.is_switch ? "hexagon" : node.forwards ? "ellipse" : "box";
}

}  // namespace

std::string mermaid(const Evidence& all) {
  std::string text = "graph LR\n";
  std::string styles;
  std::size_t edges = 0;
  const auto clusters = clusters_of(all);
  for (const Cluster& each : clusters) {
    const bool one_of_many = clusters.size() > 1;
    if (one_of_many) text += fmt::format("  subgraph \"{}\"\n", mermaid_text(each.title));
    for (const Vertex& vertex : each.vertices) {
      text += fmt::format("  {}{}\n", vertex.id, mermaid_shape(vertex));
      if (vertex.broken)
        styles += fmt::format("  style {} stroke:{},stroke-width:3px\n", vertex.id, kRed);
    }
    for (const Edge& edge : each.edges) {
      text += fmt::format("  {} {}|\"{} · {}\"| {}\n", edge.from, edge.works ? "---" : "-.-",
                          joined(edge.near, " ", mermaid_text),
                          joined({edge.far.rbegin(), edge.far.rend()}, " ", mermaid_text), edge.to);
      if (edge.broken)
        styles += fmt::format("  linkStyle {} stroke:{},stroke-width:3px\n", edges, kRed);
      ++edges;
    }
    if (one_of_many) text += "  end\n";
  }
  return text + styles;
}

std::string dot(const Evidence& all) {
  std::string text =
      "graph network {\n  rankdir=LR; nodesep=0.5; ranksep=2.2;\n"
      "  node [fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\", fontsize=10];\n";
  const auto clusters = clusters_of(all);
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (clusters.size() > 1)
      text +=
          fmt::format("  subgraph cluster_{} {{ label=\"{}\";\n", i, dot_text(clusters[i].title));
    for (const Vertex& each : clusters[i].vertices)
      text += fmt::format("  {} [label=\"{}\", shape={}{}];\n", each.id, dot_text(each.label),
                          dot_shape(*each.node),
                          each.broken ? fmt::format(", color=\"{}\", penwidth=3", kRed) : "");
    if (clusters.size() > 1) text += "  }\n";
    for (const Edge& each : clusters[i].edges)
      text += fmt::format("  {} -- {} [taillabel=\"{}\", headlabel=\"{}\"{}{}];\n", each.from,
                          each.to, joined(each.near, "\\n", dot_text),
                          joined(each.far, "\\n", dot_text), each.works ? "" : ", style=dashed",
                          each.broken ? fmt::format(", color=\"{}\", penwidth=3", kRed) : "");
  }
  return text + "}\n";
}

}  // namespace vethlab::evidence
