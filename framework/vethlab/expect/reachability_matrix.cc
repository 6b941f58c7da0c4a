#include <vethlab/expect/reachability_matrix.h>

#include <vethlab/base/errors.h>
#include <vethlab/diagnosis/why.h>
#include <vethlab/expect/grid.h>
#include <vethlab/expect/probe_matchers.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/probe_portions.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {
namespace {

using Expected = Reachability::Expected;
using Means = Reachability::Means;
using Parts = Reachability::Parts;

constexpr std::string_view kWhat = "EXPECT_REACHABILITY";
constexpr std::array kFamilies = {Family::kIpv4, Family::kIpv6};
constexpr std::size_t kMostCauses = 4;  // looked for: each takes a probe of its own
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
  Means means;
  Family family;
  const Expected* expected;
};

std::vector<Means> means_of(const Parts& parts) {
  return parts.means.empty() ? std::vector<Means>{{Transport::kIcmp, 0}} : parts.means;
}

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
        for (const Means& means : means_of(parts))
          questions.push_back(
              {from, to, means, family, excepted ? &exception->second : &parts.others});
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

// What a mark in the grid stands for.
struct Column {
  Means means;
  Family family;
  friend bool operator==(const Column&, const Column&) = default;
};

std::vector<Column> columns_of(const std::vector<Question>& questions, const Parts& parts) {
  std::vector<Column> columns;
  for (const Means& means : means_of(parts))
    for (const Family family : kFamilies)
      if (std::ranges::count(questions, family, &Question::family) > 0)
        columns.push_back({means, family});
  return columns;
}

// "IPv4", "tcp port 443 in IPv4".
std::string name_of(const Column& column) {
  if (column.means.transport == Transport::kIcmp) return std::string(name_of(column.family));
  return fmt::format("{} port {} in {}", testing::PrintToString(column.means.transport),
                     column.means.port, name_of(column.family));
}

std::string legend(const std::vector<Column>& columns) {
  std::string names;
  for (const Column& column : columns)
    names += std::string(names.empty() ? "" : ", then ").append(name_of(column));
  return fmt::format(
      "\n    (from row to column, {}: . is reached; - is not, as expected; X is wrong)", names);
}

std::string line_of(const std::vector<Member>& members, const Question& question,
                    const ProbeReport& report) {
  const testing::Matcher<const ProbeReport&> expected = question.expected->value_or(Replies());
  return fmt::format(
      "\n  {} -> {} ({}): expected that it {}, got: {}", members[question.from].node->name(),
      members[question.to].node->name(), name_of(Column{question.means, question.family}),
      testing::DescribeMatcher<const ProbeReport&>(expected), testing::PrintToString(report));
}

bool holds(const Question& question, const ProbeReport& report) {
  return *question.expected ? (*question.expected)->Matches(report) : Replies().Matches(report);
}

internal::Grid grid_of(const std::vector<Member>& members, const std::vector<Column>& columns,
                       const std::vector<Question>& questions,
                       const std::vector<ProbeReport>& reports) {
  internal::Grid grid;
  for (const Member& member : members) grid.names.push_back(member.node->name());
  grid.marks.assign(members.size() * members.size(), std::string(columns.size(), ' '));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& q = questions[i];
    const auto column = std::ranges::find(columns, Column{q.means, q.family});
    grid.marks[q.from * members.size() + q.to][static_cast<std::size_t>(column - columns.begin())] =
        !holds(q, reports[i]) ? 'X'
        : *q.expected         ? '-'
                              : '.';
  }
  return grid;
}

Destination destination_of(const Node& node, const Question& question, Caller caller) {
  Destination to(node, question.family);
  switch (question.means.transport) {
    case Transport::kIcmp: break;
    case Transport::kTcp: return tcp_to(to, question.means.port, caller);
    case Transport::kUdp: return udp_to(to, question.means.port, caller);
  }
  return to;
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

Reachability& Reachability::icmp() { return add({Transport::kIcmp, 0}, {}); }

Reachability& Reachability::tcp(int port, Caller caller) {
  return add({Transport::kTcp, port}, caller);
}

Reachability& Reachability::udp(int port, Caller caller) {
  return add({Transport::kUdp, port}, caller);
}

Reachability& Reachability::add(Means means, Caller caller) {
  if (means.transport != Transport::kIcmp && (means.port < 1 || means.port > 65535))
    throw_bad_argument(caller, fmt::format("{} port {} is not from 1 to 65535",
                                           testing::PrintToString(means.transport), means.port));
  if (std::ranges::count(parts_.means, means) == 0) parts_.means.push_back(means);
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
    probes.push_back(
        {*members[q.from].node, destination_of(*members[q.to].node, q, caller), options});
  const std::vector<ProbeReport> reports =
      internal::probe_in_portions(members.front().node->state().lab, probes, caller);

  std::size_t wrong = 0;
  std::string lines;
  std::set<std::string> causes;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (holds(questions[i], reports[i]) || ++wrong > kMostLines) continue;
    lines += line_of(members, questions[i], reports[i]);
    if (wrong > kMostCauses || Replies().Matches(reports[i])) continue;
    const Probe& probe = probes[i];
    const std::string why =
        diagnosis::diagnose(probe.from, probe.to, probe.options, reports[i]).why;
    if (!why.empty() && causes.insert(why).second) lines += "\n      Why: " + why;
  }
  if (wrong == 0) return testing::AssertionSuccess();
  const std::vector<Column> columns = columns_of(questions, parts);
  if (wrong > kMostLines) lines += fmt::format("\n  … {} more", wrong - kMostLines);
  return testing::AssertionFailure()
         << "Expected: " << what_was_expected(parts, members.size()) << "\n  Actual: " << wrong
         << " of " << plural(questions.size(), "probe") << " went otherwise"
         << grid_of(members, columns, questions, reports).text() << legend(columns) << lines;
}

}  // namespace vethlab
