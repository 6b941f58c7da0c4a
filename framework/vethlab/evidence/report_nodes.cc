#include <vethlab/evidence/html_text.h>
#include <vethlab/evidence/report_parts.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::evidence {
namespace {

constexpr std::size_t kMostOfAll = 4'000'000;  // bytes of text, shared by the nodes
constexpr std::size_t kMostPackets = 200;

std::string joined(const std::vector<std::string>& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

enum class Folded : unsigned char { kNo, kYes };

std::string details(const std::string& summary, const std::string& content,
                    Folded folded = Folded::kYes) {
  return fmt::format("<details{}><summary>{}</summary>\n{}</details>\n",
                     folded == Folded::kNo ? " open" : "", summary, content);
}

std::string state_of(const Interface& interface) {
  if (!interface.up) return "<span class=\"bad\">down</span>";
  return interface.carrier ? "up" : "<span class=\"bad\">no carrier</span>";
}

std::string interfaces_html(const Node& node) {
  if (node.interfaces.empty()) return {};
  std::string out =
      "<div "
      "class=\"wide\"><table><tr><th>interface<th>state<th>addresses<th>kind<th>mac<th>mtu</tr>\n";
  for (const Interface& each : node.interfaces) {
    std::string addresses;
    for (const std::string& address : each.addresses) addresses += html(address) + "<br>";
    std::string kind = html(each.kind);
    if (!each.master.empty()) kind += " of " + html(each.master);
    out += fmt::format("<tr><td><b>{}</b><td>{}<td>{}<td>{}<td>{}<td>{}</tr>\n", html(each.name),
                       state_of(each), addresses, kind, html(each.mac), each.mtu);
  }
  return out + "</table></div>\n";
}

// As it would not have, had it been asked to end.
bool has_ended_badly(const Daemon& daemon) {
  return !daemon.end.empty() && daemon.end != "exit status 0";
}

std::string daemon_html(const Daemon& daemon, std::size_t most) {
  const std::string state =
      fmt::format("<span class=\"{}\">{}</span>", has_ended_badly(daemon) ? "bad" : "quiet",
                  daemon.end.empty() ? "running" : html(bounded(daemon.end, 1000)));
  const std::string summary = fmt::format("<code>{}</code> {} <span class=\"quiet\">{}</span>",
                                          html(bounded(joined(daemon.argv, " "), 1000)), state,
                                          counted(daemon.lines.size(), "line"));
  return details(summary,
                 fmt::format("<pre>{}</pre>\n", html(bounded(joined(daemon.lines, "\n"), most))),
                 has_ended_badly(daemon) ? Folded::kNo : Folded::kYes);
}

// One node's section.
class Section {
 public:
  Section(const Evidence& evidence, std::size_t lab, std::size_t index, std::size_t most)
      : evidence_(evidence), lab_(lab), index_(index), most_(most) {}

  [[nodiscard]] std::string text() const {
    std::string out;
    if (!node().trouble.empty())
      out += fmt::format("<p class=\"warning\">{}</p>\n", html(bounded(node().trouble, 4000)));
    out += interfaces_html(node());
    out += "<h4>Changed since the node was made</h4>\n";
    out += node().difference.empty() ? "<p class=\"quiet\">Nothing.</p>\n"
                                     : difference_html(node().difference);
    if (!node().snapshot.empty())
      out += details("Links, addresses, routes, rules, neighbours, firewall",
                     snapshot_html(node(), most_));
    out += daemons() + packets();
    if (!node().enter.empty())
      out += fmt::format(
          "<p class=\"quiet\">While it lives, another terminal enters it by <code>{}</code></p>\n",
          html(bounded(node().enter, 1000)));
    // A link to what is inside opens what is folded.
    return fmt::format(
        "<details class=\"card one-node\"{}><summary>{}</summary>\n<span class=\"anchor\" "
        "id=\"{}\"></span>\n"
        "{}</details>\n",
        is_open() ? " open" : "", summary(), node_anchor(lab_, index_), out);
  }

 private:
  [[nodiscard]] const Node& node() const { return evidence_.labs[lab_].nodes[index_]; }

  [[nodiscard]] bool is_broken() const {
    const auto& broken = evidence_.broken;
    return broken && broken->lab == lab_ && broken->node == node().name;
  }

  [[nodiscard]] bool is_open() const {
    return is_broken() || evidence_.labs[lab_].nodes.size() <= 2;
  }

  // Does it belong to this node?
  template <class T>
  [[nodiscard]] bool is_here(const T& what) const {
    return what.lab == lab_ && what.node == node().name;
  }

  [[nodiscard]] std::string summary() const {
    std::string out = fmt::format("<h3>{}</h3>", html(clipped(node().name, 60)));
    const auto note = [&](const char* kind, const std::string& text) {
      out += fmt::format(" <span class=\"{}\">{}</span>", kind, text);
    };
    if (is_broken()) note("tag bad", "broken hop");
    if (node().is_switch) note("tag", "switch");
    if (node().forwards) note("tag", "router");
    const auto down = [](const Interface& each) { return !each.up && !each.kind.empty(); };
    for (const Interface& each : node().interfaces)
      if (down(each)) note("tag bad", html(each.name) + " down");
    std::size_t daemons = 0;
    for (const Daemon& daemon : evidence_.daemons) {
      if (!is_here(daemon)) continue;
      ++daemons;
      if (has_ended_badly(daemon) && !daemon.argv.empty())
        note("tag bad", html(clipped(daemon.argv.front(), 40) + ": " + daemon.end));
    }
    if (daemons > 0) note("quiet", counted(daemons, "daemon"));
    return out;
  }

  [[nodiscard]] std::string daemons() const {
    std::string out;
    for (const Daemon& daemon : evidence_.daemons)
      if (is_here(daemon)) out += daemon_html(daemon, most_);
    return out.empty() ? out : "<h4>Daemons</h4>\n" + out;
  }

  [[nodiscard]] std::string packets() const {
    std::string captures;
    for (const Capture& capture : evidence_.captures) {
      if (!is_here(capture)) continue;
      captures += fmt::format(
          "<li>{}{}: {}{}</li>\n", capture.dev.empty() ? "all interfaces" : html(capture.dev),
          capture.filter.empty()
              ? ""
              : fmt::format(", <code>{}</code>", html(bounded(capture.filter, 1000))),
          counted(capture.packets, "packet"),
          capture.lost == 0 ? ""
                            : fmt::format(", <span class=\"bad\">{} lost</span>", capture.lost));
    }
    std::vector<const Event*> seen;
    for (const Event& event : evidence_.events)
      if (event.kind == Event::Kind::kPacket && is_here(event)) seen.push_back(&event);
    if (captures.empty() && seen.empty()) return {};
    std::string out = "<h4>Packets</h4>\n";
    if (!captures.empty()) out += fmt::format("<ul>{}</ul>\n", captures);
    if (seen.empty()) return out;
    const std::size_t first = seen.size() - std::min(seen.size(), kMostPackets);
    std::string lines;
    for (std::size_t i = first; i < seen.size(); ++i)
      lines += fmt::format("{:.6f} {} {}\n", std::chrono::duration<double>(seen[i]->at).count(),
                           seen[i]->source, bounded(seen[i]->text, 2000));
    const std::string summary = first == 0 ? counted(seen.size(), "packet")
                                           : fmt::format("the last {} packets", kMostPackets);
    return out + details(summary, fmt::format("<pre>{}</pre>\n", html(lines)));
  }

  const Evidence& evidence_;
  std::size_t lab_;
  std::size_t index_;
  std::size_t most_;
};

}  // namespace

std::string node_anchor(std::size_t lab, std::size_t node) {
  return fmt::format("node-{}-{}", lab + 1, node + 1);
}

std::string nodes_html(const Evidence& evidence) {
  std::size_t nodes = 1 + evidence.daemons.size();
  for (const Lab& lab : evidence.labs) nodes += lab.nodes.size();
  const std::size_t most = std::clamp<std::size_t>(kMostOfAll / nodes, 2000, 64'000);
  if (evidence.labs.empty()) return {};
  std::string out = "<h2 id=\"nodes\">Nodes</h2>\n";
  for (std::size_t lab = 0; lab < evidence.labs.size(); ++lab) {
    out += lab_title_html(evidence, lab);
    for (std::size_t node = 0; node < evidence.labs[lab].nodes.size(); ++node)
      out += Section(evidence, lab, node, most).text();
  }
  return out;
}

}  // namespace vethlab::evidence
