#include <vethlab/diagnosis/causes.h>
#include <vethlab/diagnosis/watch.h>

#include <chrono>
#include <cstdint>
#include <regex>
#include <string>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

// = tc -s -j qdisc show dev DEV: packets dropped so far, and those that wait, of all disciplines there.
std::int64_t kept(const Node& node, const std::string& dev) {
  const auto listed =
      node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin exec tc -s -j qdisc show dev \"$0\"", dev},
                {.timeout = std::chrono::seconds(2)});
  static const std::regex number(R"re("(drops|qlen)":(\d+))re");
  std::int64_t sum = 0;
  for (std::sregex_iterator each(listed.out.begin(), listed.out.end(), number), end; each != end;
       ++each)
    sum += std::stoll((*each)[2]);
  return sum;
}

}  // namespace

// That there is one says nothing; that it has one more to answer for after each of two probes does.
Finding dropped_by_qdisc(Case& judged, const Node& node, const Link& link) {
  if (link.qdisc == "blackhole")
    return {fmt::format("{}'s {} drops all it is given to send (qdisc blackhole)", node.name(),
                        link.name),
            {},
            &node,
            link.name};
  if (link.qdisc.empty() || link.qdisc == "noqueue" || link.qdisc == "noop") return {};
  const std::int64_t first = kept(node, link.name);
  send_again(judged);
  const std::int64_t second = kept(node, link.name);
  if (second <= first) return {};
  send_again(judged);
  if (kept(node, link.name) <= second) return {};
  return {fmt::format("{}'s {} was to send it, and its qdisc {} drops or keeps it", node.name(),
                      link.name, link.qdisc),
          {},
          &node,
          link.name};
}

}  // namespace vethlab::diagnosis
