#include <vethlab/evidence/text.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::evidence {
namespace {

std::string seconds(Time time) {
  return fmt::format("{:9.3f} s", std::chrono::duration<double>(time).count());
}

std::string took(const Step& step) {
  if (!step.took) return "under way";
  return fmt::format("{:6.1f} ms", std::chrono::duration<double, std::milli>(*step.took).count());
}

// Of several labs, whose.
std::string whose(const Evidence& all, std::size_t lab, const std::string& node) {
  const std::string name = node.empty() ? "(lab)" : node;
  return all.labs.size() < 2 ? name : fmt::format("{} of lab {}", name, lab + 1);
}

const Interface* find(const Lab& lab, const End& end) {
  for (const Node& node : lab.nodes)
    if (node.name == end.node)
      for (const Interface& each : node.interfaces)
        if (each.name == end.dev) return &each;
  return nullptr;
}

std::string addresses_of(const Lab& lab, const End& end) {
  const Interface* const its = find(lab, end);
  return its == nullptr ? "" : fmt::format("{}", fmt::join(its->addresses, " "));
}

std::string joined(std::vector<std::string> words) {
  std::erase(words, "");
  return fmt::format("{}", fmt::join(words, " "));
}

std::string wire_line(const Lab& lab, const Wire& wire) {
  const bool works = wire.a.up && wire.b.up && !wire.drops;
  std::vector<std::string> why;
  for (const End* end : {&wire.a, &wire.b})
    if (!end->up) why.push_back(fmt::format("{} of {} is down", end->dev, end->node));
  if (wire.drops) why.emplace_back("it drops all");
  return fmt::format("  {} {} {}{}\n", joined({wire.a.node, wire.a.dev, addresses_of(lab, wire.a)}),
                     works ? "──" : "╌╌",
                     joined({addresses_of(lab, wire.b), wire.b.dev, wire.b.node}),
                     why.empty() ? "" : fmt::format("   ({})", fmt::join(why, ", ")));
}

}  // namespace

std::string one_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  while (text.starts_with('\n')) text.remove_prefix(1);
  const auto end = text.find('\n');
  return std::string(text.substr(0, end)) + (end == text.npos ? "" : " …");
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
}

std::string failures_text(const Evidence& all) {
  std::string text = fmt::format("{}, started {}\n", all.test, all.when);
  for (const Failure& each : all.failures)
    text += fmt::format("\nafter {}, {}:{}:\n{}{}",
                        seconds(each.at).substr(seconds(each.at).find_first_not_of(' ')),
                        each.file.empty() ? "unknown file" : each.file, each.line, each.text,
                        each.text.ends_with('\n') ? "" : "\n");
  for (const Lab& lab : all.labs) {
    if (!lab.trouble.empty()) text += "\nnote: " + lab.trouble + "\n";
    for (const Node& each : lab.nodes)
      if (!each.trouble.empty()) text += fmt::format("\nnote: {}: {}\n", each.name, each.trouble);
  }
  for (const std::string& each : all.notes) text += "\nnote: " + each + "\n";
  return text;
}

std::string steps_text(const Evidence& all) {
  std::size_t widest = 0;
  for (const Step& each : all.steps)
    widest = std::max(widest, whose(all, each.lab, each.node).size());
  std::string text;
  for (const Step& each : all.steps) {
    text += fmt::format("{}  {:>9}  {:<{}}  {}", seconds(each.start), took(each),
                        whose(all, each.lab, each.node), widest, one_line(each.verb));
    if (!each.result.empty())
      text += fmt::format(": {}{}", each.failed ? "refused: " : "", one_line(each.result));
    else if (each.failed) text += ": refused";
    text += fmt::format("   ({}:{})\n", file_name(each.file), each.line);
  }
  return text;
}

std::string events_text(const Evidence& all) {
  std::string text;
  for (const Event& each : all.events)
    text += fmt::format("{}  {} {}  {}\n", seconds(each.at), whose(all, each.lab, each.node),
                        each.source, each.text);
  return text;
}

std::string picture(const Evidence& all) {
  std::string text;
  for (const Lab& lab : all.labs) {
    if (all.labs.size() > 1) text += fmt::format("  the lab made at {}:\n", lab.made);
    std::set<std::string> wired;
    for (const Wire& each : lab.wires) {
      text += wire_line(lab, each);
      wired.insert({each.a.node, each.b.node});
    }
    for (const Node& each : lab.nodes)
      if (!wired.contains(each.name)) text += fmt::format("  {}, without a wire\n", each.name);
  }
  return text;
}

}  // namespace vethlab::evidence
