#include <vethlab/evidence/html_text.h>
#include <vethlab/evidence/report_parts.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

constexpr std::size_t kMostDifference = 32'000;

// Calls `tell` with each line of it.
template <class F>
void each_line(std::string_view text, F&& tell) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    tell(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// A line of a <pre>: its class gives it a colour over its whole width.
std::string line_html(const char* kind, std::string_view line) {
  return fmt::format("<span class=\"{}\">{}\n</span>", kind, html(line));
}

}  // namespace

std::string difference_html(const std::string& difference) {
  std::string out = "<pre class=\"difference\">";
  each_line(bounded(difference, kMostDifference), [&](std::string_view line) {
    const char* kind = line.starts_with("+")   ? "added"
                       : line.starts_with("-") ? "removed"
                                               : "heading";
    if (!line.empty()) out += line_html(kind, line);
  });
  return out + "</pre>\n";
}

std::string snapshot_html(const Node& node, std::size_t most) {
  using Line = std::pair<std::string, std::string>;  // of a section
  std::set<Line> added;
  std::string section;
  each_line(node.difference, [&](std::string_view line) {
    if (line.starts_with("# ")) section = line;
    else if (line.starts_with("+ ")) added.emplace(section, line.substr(2));
  });
  std::string out = "<pre>";
  section.clear();
  each_line(bounded(node.snapshot, most), [&](std::string_view line) {
    if (line.starts_with("# ")) section = line;
    const bool is_added = added.contains({section, std::string(line)});
    out += line_html(line.starts_with("# ") ? "heading" : is_added ? "added" : "line", line);
  });
  return out + "</pre>\n";
}

}  // namespace vethlab::evidence
