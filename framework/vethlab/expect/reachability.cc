#include <vethlab/expect/reachability.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/probe_words.h>
#include <vethlab/diagnosis/why.h>
#include <vethlab/expect/probe_matchers.h>

#include <fmt/format.h>

namespace vethlab {
namespace {

std::string seconds(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000.0);
}

// What happened, as one sentence: "no answer in 1 s (1 echo sent)".
std::string actual(const ProbeReport& r, const std::string& meant) {
  const int asked = static_cast<int>(r.echoes.size());
  const ProbeWords& words = words_of(r.transport);
  if (r.answered_by) return fmt::format("answered by {}, not by {}", *r.answered_by, meant);
  if (r.received == asked) return fmt::format("answered ({})", testing::PrintToString(r));
  if (r.sent == 0 && r.error)
    return fmt::format("{} ({}) at once: no {} left this node", errno_name(*r.error),
                       errno_text(*r.error), words.packet);
  std::string text;
  if (r.received > 0)
    text = fmt::format("{} of {} {}; the others: ", r.received, count_text(words, asked),
                       words.answered);
  if (r.icmp) return text + "ICMP " + testing::PrintToString(*r.icmp);
  if (r.error)
    return text + fmt::format("{} ({}){}", errno_name(*r.error), errno_text(*r.error),
                              was_reset(r) ? ": a reset came back" : " on this node");
  return text + fmt::format("no answer in {} ({} {})", seconds(r.waited), count_text(words, r.sent),
                            words.sent);
}

testing::AssertionResult failure(const std::string& expected, const ProbeReport& r,
                                 const std::string& meant, const std::string& why) {
  return testing::AssertionFailure()
         << "Expected: " << expected << "\n  Actual: " << actual(r, meant) << why;
}

}  // namespace

testing::AssertionResult reaches(const Node& from, const Destination& to,
                                 const ProbeOptions& options, Caller caller) {
  const ProbeReport report = from.probe(to, options, caller);
  if (Replies().Matches(report)) return testing::AssertionSuccess();
  return failure(fmt::format("{} reaches {}", from.name(), report.to), report, to.where(),
                 diagnosis::diagnose(from, to, options, report).text());
}

testing::AssertionResult cannot_reach(const Node& from, const Destination& to,
                                      const testing::Matcher<const ProbeReport&>& because,
                                      const ProbeOptions& options, Caller caller) {
  const ProbeReport report = from.probe(to, options, caller);
  if (because.Matches(report)) return testing::AssertionSuccess();
  return failure(fmt::format("{} cannot reach {}: the probe {}", from.name(), report.to,
                             testing::DescribeMatcher<const ProbeReport&>(because)),
                 report, to.where(),
                 Replies().Matches(report) ? std::string()
                                           : diagnosis::diagnose(from, to, options, report).text());
}

}  // namespace vethlab
