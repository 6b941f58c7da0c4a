#include "broken_line.h"

#include <vethlab/diagnosis/why.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace vethlab::bench {
namespace {

constexpr std::chrono::milliseconds kTimeout{100};  // of the probe, and so of its repetition

}  // namespace

BrokenLine::BrokenLine(const std::function<void(Node&)>& break_it) {
  std::vector<Node*> line = {&a_};
  for (const char* name : {"r1", "r2", "r3"})
    line.push_back(&lab_.add_node(name, {.forwarding = true}));
  line.push_back(&b_);
  for (std::size_t i = 1; i < line.size(); ++i) {
    const std::string network = "10.0." + std::to_string(i) + ".";
    lab_.connect({*line[i - 1], "right", network + "1/24"}, {*line[i], "left", network + "2/24"});
  }
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string here = std::to_string(i);
    const std::string next = std::to_string(i + 1);
    if (i + 1 < line.size())
      line[i]->add_route({.to = "10.0.4.2/32", .via = "10.0." + next + ".2"});
    if (i > 1) line[i]->add_route({.to = "10.0.1.0/24", .via = "10.0." + here + ".1"});
  }
  if (a_.ping("10.0.4.2").received != 1) throw std::runtime_error("the line is broken too early");
  break_it(*line[3]);
}

BrokenLine::Seconds BrokenLine::why() const {
  const ProbeOptions options{.timeout = kTimeout};
  const ProbeReport report = a_.ping("10.0.4.2", options);
  const auto begun = std::chrono::steady_clock::now();
  const diagnosis::Diagnosis found = diagnosis::diagnose(a_, "10.0.4.2", options, report);
  const Seconds took = std::chrono::steady_clock::now() - begun;
  if (found.node != "r3") throw std::runtime_error("not r3 is to blame: " + found.why);
  return took - kTimeout;
}

void does_not_forward(Node& router) { router.set_sysctl("net.ipv4.ip_forward", "0"); }
void has_a_firewall(Node& router) {
  router.nft(
      "table ip f { chain c { type filter hook forward priority 0; icmp type echo-request drop; }; "
      "}");
}
void has_a_filter(Node& router) {
  router.shell("tc qdisc add dev left clsact");
  router.shell(
      "tc filter add dev left ingress protocol ip pref 5 bpf bytecode '1,6 0 0 2' direct-action");
}
void has_an_ipsec_policy(Node& router) {
  (void)router.shell("ip xfrm policy add dir fwd dst 10.0.4.2 action block");
}

}  // namespace vethlab::bench
