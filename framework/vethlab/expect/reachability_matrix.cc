#include <vethlab/expect/reachability_matrix.h>

#include <vethlab/base/errors.h>
#include <vethlab/expect/grid.h>
#include <vethlab/expect/probe_matchers.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/ping_portions.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {
namespace {

using Expected = Reachability::Expected;
using Parts = Reachability::Parts;

constexpr std::string_view kWhat = "EXPECT_REACHABILITY";
constexpr std::array kFamilies = {Family::kIpv4, Family::kIpv6};
constexpr std::size_t kMostLines = 20;

std::string_view name_of(Family family) { return family == Family::kIpv4 ? "IPv4" : "IPv6"; }

struct Member {
  const Node* node;
  std::vector<Family> families;
};

bool has(const Member& member, Family family) {
  return std::ranges::count(member.families, family) > 0;
}

Member member_of(const Node& node, Caller caller) {
  Member member{&node, {}};
  for (const InterfaceAddress& each : node.addresses(caller))
    if (each.scope != "host" && each.scope != "link" && !has(member, each.address.family()))
      member.families.push_back(each.address.family());
  return member;
}

// In the lab's order, those with addresses.
std::vector<Member> members_of(Lab& lab, const Parts& parts, Caller caller) {
  const std::vector<Node*> all = lab.nodes();
  const auto check = [&](const Node* node) {
    if (std::ranges::count(all, node) == 0)
      throw_bad_argument(caller,
                         fmt::format("{}: node {} is not of this lab", kWhat, node->name()));
  };
  for (const Node* node : parts.nodes) check(node);
  for (const auto& [pair, expected] : parts.exceptions) check(pair.first), check(pair.second);
  std::vector<Member> members;
  for (const Node* node : all) {
    const bool named = std::ranges::count(parts.nodes, node) > 0;
    if (!named && !parts.nodes.empty()) continue;
    Member member = member_of(*node, caller);
    if (!member.families.empty()) members.push_back(std::move(member));
    else if (named)
      throw_bad_argument(caller, fmt::format("{}: among: {} has no address", kWhat, node->name()));
  }
  return members;
}

// One probe of the matrix.
struct Question {
  std::size_t from;
  std::size_t to;
  Family family;
  const Expected* expected;
};

std::vector<Question> questions_of(const std::vector<Member>& members, const Parts& parts,
                                   Caller caller) {
  std::vector<Question> questions;
  std::map<Reachability::Pair, int> unused;
  for (const auto& [pair, expected] : parts.exceptions) unused[pair] = 1;
  for (std::size_t from = 0; from < members.size(); ++from)
    for (std::size_t to = 0; to < members.size(); ++to)
      for (const Family family : kFamilies) {
        if (from == to || !has(members[from], family) || !has(members[to], family)) continue;
        if (parts.family && parts.family != family) continue;
        const Reachability::Pair pair(members[from].node, members[to].node);
        const auto exception = parts.exceptions.find(pair);
        const bool excepted = exception != parts.exceptions.end();
        questions.push_back({from, to, family, excepted ? &exception->second : &parts.others});
        unused.erase(pair);
      }
  if (!unused.empty()) {
    const auto& [from, to] = unused.begin()->first;
    throw_bad_argument(caller, fmt::format("{}: except({}, {}): not asked, as the two have no "
                                           "addresses of one family, or are not among the nodes",
                                           kWhat, from->name(), to->name()));
  }
  if (questions.empty())
    throw_bad_argument(
        caller, fmt::format("{}: there are no two nodes with addresses of one family", kWhat));
  return questions;
}

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string what_was_expected(const Parts& parts, std::size_t nodes) {
  std::string text = parts.others
                         ? fmt::format("none of {} nodes reaches another: the probe {}", nodes,
                                       testing::DescribeMatcher<const ProbeReport&>(*parts.others))
                         : fmt::format("each of {} nodes reaches each other", nodes);
  if (!parts.exceptions.empty()) text += ", with " + plural(parts.exceptions.size(), "exception");
  return text;
}

std::string legend(const std::vector<Question>& questions) {
  std::string families;
  for (const Family family : kFamilies)
    if (std::ranges::count(questions, family, &Question::family) > 0)
      families += std::string(families.empty() ? "" : ", then ").append(name_of(family));
  return fmt::format(
      "\n    (from row to column, {}: . is reached; - is not, as expected; X is wrong)", families);
}

std::string line_of(const std::vector<Member>& members, const Question& question,
                    const ProbeReport& report) {
  const testing::Matcher<const ProbeReport&> expected = question.expected->value_or(Replies());
  return fmt::format(
      "\n  {} -> {} ({}): expected that it {}, got: {}", members[question.from].node->name(),
      members[question.to].node->name(), name_of(question.family),
      testing::DescribeMatcher<const ProbeReport&>(expected), testing::PrintToString(report));
}

bool holds(const Question& question, const ProbeReport& report) {
  return *question.expected ? (*question.expected)->Matches(report) : Replies().Matches(report);
}

internal::Grid grid_of(const std::vector<Member>& members, const std::vector<Question>& questions,
                       const std::vector<ProbeReport>& reports) {
  internal::Grid grid;
  for (const Member& member : members) grid.names.push_back(member.node->name());
  const auto asked = [&](Family family) {
    return std::ranges::count(questions, family, &Question::family) > 0;
  };
  const bool both = asked(Family::kIpv4) && asked(Family::kIpv6);
  grid.marks.assign(members.size() * members.size(), std::string(both ? 2 : 1, ' '));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& q = questions[i];
    const std::size_t place = both && q.family == Family::kIpv6 ? 1 : 0;
    grid.marks[q.from * members.size() + q.to][place] = !holds(q, reports[i]) ? 'X'
                                                        : *q.expected         ? '-'
                                                                              : '.';
  }
  return grid;
}

}  // namespace

Reachability Reachability::all() { return Reachability(std::nullopt); }

Reachability Reachability::none(testing::Matcher<const ProbeReport&> because) {
  return Reachability(std::move(because));
}

Reachability& Reachability::except(const Node& from, const Node& to, Caller caller) {
  if (!parts_.others)
    throw_bad_argument(caller,
                       fmt::format("except({0}, {1}): all are reached: say why this one is not, "
                                   "as in except({0}, {1}, GetsNoAnswer())",
                                   from.name(), to.name()));
  return add(from, to, std::nullopt, caller);
}

Reachability& Reachability::except(const Node& from, const Node& to,
                                   testing::Matcher<const ProbeReport&> because, Caller caller) {
  return add(from, to, std::move(because), caller);
}

Reachability& Reachability::add(const Node& from, const Node& to, Expected expected,
                                Caller caller) {
  if (&from == &to)
    throw_bad_argument(
        caller, fmt::format("except({0}, {0}): a node is not asked for itself", from.name()));
  if (!parts_.exceptions.emplace(Pair(&from, &to), std::move(expected)).second)
    throw_bad_argument(caller, fmt::format("except({}, {}): that pair is excepted already",
                                           from.name(), to.name()));
  return *this;
}

Reachability& Reachability::among(std::initializer_list<std::reference_wrapper<const Node>> nodes) {
  for (const Node& node : nodes) parts_.nodes.push_back(&node);
  return *this;
}

Reachability& Reachability::only(Family family) {
  parts_.family = family;
  return *this;
}

testing::AssertionResult has_reachability(Lab& lab, const Reachability& expected,
                                          const ProbeOptions& options, Caller caller) {
  const Parts& parts = expected.parts();
  const std::vector<Member> members = members_of(lab, parts, caller);
  const std::vector<Question> questions = questions_of(members, parts, caller);
  std::vector<Probe> probes;
  probes.reserve(questions.size());
  for (const Question& q : questions)
    probes.push_back({*members[q.from].node, {*members[q.to].node, q.family}, options});
  const std::vector<ProbeReport> reports =
      internal::ping_in_portions(members.front().node->state().lab, probes, caller);

  std::size_t wrong = 0;
  std::string lines;
  for (std::size_t i = 0; i < questions.size(); ++i)
    if (!holds(questions[i], reports[i]) && ++wrong <= kMostLines)
      lines += line_of(members, questions[i], reports[i]);
  if (wrong == 0) return testing::AssertionSuccess();
  if (wrong > kMostLines) lines += fmt::format("\n  … {} more", wrong - kMostLines);
  return testing::AssertionFailure()
         << "Expected: " << what_was_expected(parts, members.size()) << "\n  Actual: " << wrong
         << " of " << plural(questions.size(), "probe") << " went otherwise"
         << grid_of(members, questions, reports).text() << legend(questions) << lines;
}

}  // namespace vethlab
