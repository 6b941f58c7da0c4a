#include <vethlab/evidence/html_text.h>
#include <vethlab/evidence/report_parts.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

constexpr std::size_t kMostRows = 3000;  // the first sixth and the last, if there are more
constexpr std::size_t kLongRun = 16;     // of packets and lines in a row: its middle is folded
constexpr std::size_t kRunEnds = 5;      // what is seen of it
constexpr std::size_t kMostText = 2000;  // of one row

// Milliseconds, and what is finer in a quieter colour.
std::string time_html(Time time) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  return fmt::format("<span class=\"time\">{}.{:03}<i>{:03}</i></span>", us / 1'000'000,
                     us / 1000 % 1000, us % 1000);
}

std::string duration_text(Time time) {
  const double ms = std::chrono::duration<double, std::milli>(time).count();
  if (ms < 1) return fmt::format("{:.0f} µs", ms * 1000);
  return ms < 1000 ? fmt::format("{:.3g} ms", ms) : fmt::format("{:.3g} s", ms / 1000);
}

struct Row {
  Time at{0};
  bool foldable = false;
  std::string text = {};
};

class Timeline {
 public:
  explicit Timeline(const Evidence& evidence) : several_labs_(evidence.labs.size() > 1) {
    for (const Step& step : evidence.steps) rows_.push_back({step.start, false, step_html(step)});
    for (const Event& event : evidence.events) rows_.push_back({event.at, true, event_html(event)});
    for (std::size_t i = 0; i < evidence.failures.size(); ++i)
      rows_.push_back({evidence.failures[i].at, false, failure_html(evidence.failures[i], i)});
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.at < b.at; });
    leave_out();
  }

  [[nodiscard]] std::string text() const {
    std::string out = "<ol class=\"timeline\">\n";
    for (std::size_t i = 0; i < rows_.size();) {
      std::size_t end = i;
      while (end < rows_.size() && rows_[end].foldable) ++end;
      if (end - i > kLongRun) {
        out += some(i, i + kRunEnds);
        out += fmt::format("<li class=\"fold\"><details><summary>{} more</summary><ol>\n",
                           end - i - 2 * kRunEnds);
        out += some(i + kRunEnds, end - kRunEnds) + "</ol></details></li>\n";
        out += some(end - kRunEnds, end);
        i = end;
      } else {
        out += rows_[i++].text;
      }
    }
    return out + "</ol>\n";
  }

 private:
  [[nodiscard]] std::string some(std::size_t begin, std::size_t end) const {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) out += rows_[i].text;
    return out;
  }

  void leave_out() {
    if (rows_.size() <= kMostRows) return;
    const auto begin = rows_.begin() + kMostRows / 6;
    const auto end = rows_.end() - (kMostRows - kMostRows / 6);
    const Row note{begin->at, false,
                   fmt::format("<li class=\"left-out\">{} rows left out here</li>\n", end - begin)};
    rows_.insert(rows_.erase(begin, end), note);
  }

  [[nodiscard]] std::string where(std::size_t lab, const std::string& node,
                                  const std::string& source) const {
    std::string text = html(clipped(node, 40));
    if (!source.empty()) text += fmt::format(" <i>{}</i>", html(clipped(source, 40)));
    if (several_labs_) text = fmt::format("<i>lab {}</i> {}", lab + 1, text);
    return fmt::format("<span class=\"where\">{}</span>", text);
  }

  [[nodiscard]] std::string step_html(const Step& step) const {
    std::string notes = place_html(step.file, step.line);
    const std::string took = step.took ? duration_text(*step.took) : "under way at the failure";
    notes += (notes.empty() ? "" : " · ") + took;
    std::string result = step.result;
    if (step.failed) result = result.empty() ? "refused" : "refused: " + result;
    if (!result.empty())
      result = fmt::format("<span class=\"result\">{}</span>", html(bounded(result, kMostText)));
    return fmt::format(
        "<li class=\"step{}\">{}{}<span class=\"what\"><b>{}</b>{}</span><span "
        "class=\"notes\">{}</span>"
        "</li>\n",
        step.failed ? " failed" : "", time_html(step.start), where(step.lab, step.node, ""),
        html(bounded(step.verb, kMostText)), result, notes);
  }

  [[nodiscard]] std::string event_html(const Event& event) const {
    const char* kind = event.kind == Event::Kind::kPacket      ? "packet"
                       : event.kind == Event::Kind::kDaemonErr ? "line err"
                                                               : "line";
    return fmt::format("<li class=\"{}\">{}{}<span class=\"what\">{}</span></li>\n", kind,
                       time_html(event.at), where(event.lab, event.node, event.source),
                       html(bounded(event.text, kMostText)));
  }

  static std::string failure_html(const Failure& failure, std::size_t index) {
    return fmt::format(
        "<li class=\"failure\" id=\"at-failure-{0}\">{1}<span class=\"where\"><a "
        "href=\"#failure-{0}\">Failure</a></span>"
        "<span class=\"what\">{2}</span></li>\n",
        index + 1, time_html(failure.at), html(bounded(failure.text, kMostText)));
  }

  bool several_labs_;
  std::vector<Row> rows_ = {};
};

}  // namespace

std::string timeline_html(const Evidence& evidence) {
  if (evidence.steps.empty() && evidence.events.empty() && evidence.failures.empty()) return {};
  const auto packets = static_cast<std::size_t>(
      std::count_if(evidence.events.begin(), evidence.events.end(),
                    [](const Event& event) { return event.kind == Event::Kind::kPacket; }));
  return fmt::format(
      "<h2 id=\"timeline\">Timeline <span class=\"quiet\">{}, {}, {} of daemons; seconds since the "
      "test's start</span></h2>\n{}",
      counted(evidence.steps.size(), "step"), counted(packets, "packet"),
      counted(evidence.events.size() - packets, "line"), Timeline(evidence).text());
}

}  // namespace vethlab::evidence
