#include <vethlab/expect/reachability.h>

#include <vethlab/base/errors.h>
#include <vethlab/expect/probe_matchers.h>

#include <fmt/format.h>

namespace vethlab {
namespace {

std::string seconds(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000.0);
}

std::string echoes(int count) { return fmt::format("{} echo{}", count, count == 1 ? "" : "es"); }

// What happened, as one sentence: "no answer in 1 s (1 echo sent)".
std::string actual(const ProbeReport& r, const std::string& meant) {
  const int asked = static_cast<int>(r.echoes.size());
  if (r.answered_by) return fmt::format("answered by {}, not by {}", *r.answered_by, meant);
  if (r.received == asked) return fmt::format("answered ({})", testing::PrintToString(r));
  if (r.sent == 0 && r.error)
    return fmt::format("{} ({}) at once: no echo left {}", errno_name(*r.error),
                       errno_text(*r.error), "this node");
  std::string text;
  if (r.received > 0)
    text = fmt::format("{} of {} echoes answered; the others: ", r.received, asked);
  if (r.icmp) return text + "ICMP " + testing::PrintToString(*r.icmp);
  if (r.error)
    return text + fmt::format("{} ({}) on this node", errno_name(*r.error), errno_text(*r.error));
  return text + fmt::format("no answer in {} ({} sent)", seconds(r.waited), echoes(r.sent));
}

testing::AssertionResult failure(const std::string& expected, const ProbeReport& r,
                                 const std::string& meant) {
  return testing::AssertionFailure()
         << "Expected: " << expected << "\n  Actual: " << actual(r, meant);
}

}  // namespace

testing::AssertionResult reaches(const Node& from, const Destination& to,
                                 const ProbeOptions& options, Caller caller) {
  const ProbeReport report = from.ping(to, options, caller);
  if (Replies().Matches(report)) return testing::AssertionSuccess();
  return failure(fmt::format("{} reaches {}", from.name(), report.to), report, to.text());
}

testing::AssertionResult cannot_reach(const Node& from, const Destination& to,
                                      const testing::Matcher<const ProbeReport&>& because,
                                      const ProbeOptions& options, Caller caller) {
  const ProbeReport report = from.ping(to, options, caller);
  if (because.Matches(report)) return testing::AssertionSuccess();
  return failure(fmt::format("{} cannot reach {}: the probe {}", from.name(), report.to,
                             testing::DescribeMatcher<const ProbeReport&>(because)),
                 report, to.text());
}

}  // namespace vethlab
