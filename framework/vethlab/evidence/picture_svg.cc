#include <vethlab/evidence/picture_svg.h>

#include <vethlab/evidence/html_text.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

constexpr double kLine = 15;  // from one line of a box to the next
constexpr double kPadding = 10;
constexpr std::size_t kMostLines = 8;
constexpr double kSmallest = 0.75;  // to which it shrinks where there is little room

// Wide enough for the usual fonts: style_sheet() has the sizes.
double name_width(std::string_view text) { return 8.6 * static_cast<double>(characters(text)); }
double mono_width(std::string_view text) { return 6.7 * static_cast<double>(characters(text)); }

std::string shown_dev(const End& end) { return clipped(end.dev, 20); }

const char* tag(const Node& node) {
  if (node.is_switch) return "switch";
  return node.forwards ? "router" : "";
}

bool is_loopback(std::string_view address) {
  return address == "127.0.0.1/8" || address == "::1/128";
}

// "eth0 10.0.0.1/24", "     fd00::1/64", "eth1 down", "br0  of v1 v2"; a switch has no such lines but of addresses.
std::vector<std::string> lines_of(const Node& node) {
  std::size_t names = 0;
  for (const Interface& each : node.interfaces) names = std::max(names, characters(each.name));
  std::vector<std::string> lines;
  for (const Interface& each : node.interfaces) {
    std::vector<std::string> words;
    std::copy_if(each.addresses.begin(), each.addresses.end(), std::back_inserter(words),
                 [](const std::string& address) { return !is_loopback(address); });
    std::string ports;
    for (const Interface& port : node.interfaces)
      if (!each.name.empty() && port.master == each.name) ports += " " + port.name;
    if (!node.is_switch && !ports.empty()) words.push_back("of" + ports);
    if (!node.is_switch && !each.kind.empty() && !each.up) words.emplace_back("down");
    else if (!node.is_switch && !each.kind.empty() && !each.carrier)
      words.emplace_back("no carrier");
    std::string name = each.name;
    for (const std::string& word : words) {
      // (fmt counts columns, and would not know what to do with bytes that are no UTF-8.)
      name.append(names - characters(name) + 1, ' ');
      lines.push_back(clipped(name.append(word), 48));
      name.clear();
    }
  }
  if (lines.size() <= kMostLines) return lines;
  const std::size_t left_out = lines.size() - (kMostLines - 1);
  lines.resize(kMostLines - 1);
  lines.push_back(fmt::format("… {} more", left_out));
  return lines;
}

enum class State : unsigned char { kWhole, kBroken };

const char* class_of(State state) { return state == State::kBroken ? " broken" : ""; }

struct Content {
  bool is_switch = false;
  std::string name = {};
  std::string tag = {};
  std::vector<std::string> lines = {};
  [[nodiscard]] double width() const {
    double width = name_width(name) + (tag.empty() ? 0 : mono_width(tag) + 8);
    for (const std::string& line : lines) width = std::max(width, mono_width(line));
    return std::ceil(width);
  }
  [[nodiscard]] double height() const { return 18 + kLine * static_cast<double>(lines.size()); }
};

Point middle(Point a, Point b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }

long px(double value) { return std::lround(value); }

// A straight line and half a curve, from its beginning to its middle.
std::string half_path(Point begin, Point a, Point b, Point c, Point d) {
  return fmt::format("M{} {}L{} {}C{} {} {} {} {} {}", px(begin.x), px(begin.y), px(a.x), px(a.y),
                     px(b.x), px(b.y), px(c.x), px(c.y), px(d.x), px(d.y));
}

std::string cross(Point at) {
  return fmt::format(
      "<g class=\"cross broken\" transform=\"translate({} {})\"><circle r=\"9\"/>"
      "<path d=\"M-4-4 4 4M4-4-4 4\"/></g>\n",
      px(at.x), px(at.y));
}

std::string box_svg(const PlacedBox& box, const Content& content, State state) {
  const double left = box.x + (box.width - content.width()) / 2;
  double y = box.y + (box.height - content.height()) / 2 + 14;
  std::string out =
      fmt::format("<rect class=\"{}{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>\n",
                  content.is_switch ? "switch" : "node", class_of(state), px(box.x), px(box.y),
                  px(box.width), px(box.height), content.is_switch ? 18 : 5);
  out +=
      fmt::format("<text class=\"name\" x=\"{}\" y=\"{}\">{}", px(left), px(y), html(content.name));
  if (!content.tag.empty())
    out += fmt::format("<tspan class=\"tag\" dx=\"8\">{}</tspan>", content.tag);
  out += "</text>\n";
  for (const std::string& line : content.lines)
    out += fmt::format("<text class=\"line\" x=\"{}\" y=\"{}\">{}</text>\n", px(left),
                       px(y += kLine), html(line));
  if (state == State::kBroken) out += cross({box.x + box.width - 2, box.y + 2});
  return out;
}

// An end's name: above its line, or right of it. The line goes from its box to `to`.
std::string label(const std::string& name, Point at, Point to) {
  double x = at.x + 5;
  double y = at.y - 4;
  const bool leftwards = to.x < at.x;
  if (leftwards) x = at.x - 5;
  else if (to.x == at.x) y = to.y > at.y ? at.y + 14 : at.y - 6;
  return fmt::format("<text class=\"line label{}\" x=\"{}\" y=\"{}\">{}</text>\n",
                     leftwards ? " end" : "", px(x), px(y), html(name));
}

// One network being drawn.
class Drawing {
 public:
  Drawing(const Lab& lab, const std::optional<BrokenHop>& broken, Direction direction)
      : lab_(lab), broken_(broken) {
    std::vector<Box> boxes;
    for (const Node& node : lab.nodes) {
      contents_.push_back({node.is_switch, clipped(node.name, 32), tag(node), lines_of(node)});
      boxes.push_back(
          {contents_.back().width() + 2 * kPadding, contents_.back().height() + 1.2 * kPadding});
    }
    std::vector<Line> lines;
    for (const Wire& wire : lab.wires) {
      const std::size_t a = node_of(wire.a);
      const std::size_t b = node_of(wire.b);
      if (a == lab.nodes.size() || b == lab.nodes.size()) continue;
      wires_.push_back(&wire);
      lines.push_back({a, b, mono_width(shown_dev(wire.a)), mono_width(shown_dev(wire.b))});
    }
    layout_ = lay_out(boxes, lines, direction);
  }

  [[nodiscard]] double width() const { return layout_.width; }

  [[nodiscard]] std::string svg() const {
    std::string out = fmt::format(
        "<svg class=\"network\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "style=\"min-width: {2}px\">\n",
        px(layout_.width), px(layout_.height), px(layout_.width * kSmallest));
    std::string above;  // all else: names, crosses
    bool at_a_wire = false;
    for (std::size_t i = 0; i < wires_.size(); ++i) {
      const Wire& wire = *wires_[i];
      const PlacedLine& line = layout_.lines[i];
      const State state = is_broken(wire.a) || is_broken(wire.b) ? State::kBroken : State::kWhole;
      out += wire_svg(wire, line, state);
      above += label(shown_dev(wire.a), line.a, line.curve[0]) +
               label(shown_dev(wire.b), line.b, line.curve[3]);
      if (state == State::kBroken) above += cross(middle_of(line));
      at_a_wire = at_a_wire || state == State::kBroken;
    }
    for (std::size_t i = 0; i < contents_.size(); ++i) {
      const bool broken = !at_a_wire && broken_ && broken_->node == lab_.nodes[i].name;
      out += box_svg(layout_.boxes[i], contents_[i], broken ? State::kBroken : State::kWhole);
    }
    return out + above + "</svg>\n";
  }

 private:
  [[nodiscard]] std::size_t node_of(const End& end) const {
    std::size_t i = 0;
    while (i < lab_.nodes.size() && lab_.nodes[i].name != end.node) ++i;
    return i;
  }

  [[nodiscard]] bool is_broken(const End& end) const {
    return broken_ && !end.dev.empty() && broken_->node == end.node && broken_->dev == end.dev;
  }

  static Point middle_of(const PlacedLine& line) {
    const auto& [a, b, c, d] = line.curve;
    return middle(middle(middle(a, b), middle(b, c)), middle(middle(b, c), middle(c, d)));
  }

  // Two halves, since each end has a state of its own.
  static std::string wire_svg(const Wire& wire, const PlacedLine& line, State state) {
    const auto& [a, b, c, d] = line.curve;
    const Point m = middle_of(line);
    const Point ab = middle(a, b);
    const Point bc = middle(b, c);
    const Point cd = middle(c, d);
    const auto half = [&](const End& end, const std::string& path) {
      return fmt::format("<path class=\"wire{}{}{}\" d=\"{}\"/>\n", end.up ? "" : " down",
                         wire.drops ? " drops" : "", class_of(state), path);
    };
    return half(wire.a, half_path(line.a, a, ab, middle(ab, bc), m)) +
           half(wire.b, half_path(line.b, d, cd, middle(bc, cd), m));
  }

  const Lab& lab_;
  const std::optional<BrokenHop>& broken_;
  std::vector<Content> contents_ = {};
  std::vector<const Wire*> wires_ = {};
  Layout layout_ = {};
};

}  // namespace

Picture network_picture(const Lab& lab, const std::optional<BrokenHop>& broken,
                        Direction direction) {
  const Drawing drawing(lab, broken, direction);
  return {drawing.width(), drawing.svg()};
}

}  // namespace vethlab::evidence
