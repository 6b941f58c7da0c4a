#include "ours.h"

#include <stdexcept>
#include <string>

namespace vethlab::bench {
namespace {

void expect_answer(const ProbeReport& report) {
  if (report.received != 1) throw std::runtime_error(report.to + " did not answer");
}

}  // namespace

void tell_our_story() {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& netns0 = lab.add_node("netns0");
  lab.connect({host, "veth0", "172.18.0.11/16"}, {netns0, "ceth0", "172.18.0.10/16"});
  expect_answer(netns0.ping(host));
  expect_answer(host.ping(netns0));
}

OurMesh::OurMesh(std::size_t size) {
  Node& bridge = lab_.add_switch("sw");
  for (std::size_t number = 1; number <= size; ++number) {
    Node& node = lab_.add_node("h" + std::to_string(number));
    lab_.connect({node, "eth0", "10.0.0." + std::to_string(number) + "/16"}, bridge);
  }
  const std::vector<Node*> nodes = lab_.nodes();
  for (const Node* from : nodes) {
    for (const Node* to : nodes) {
      if (from != to && from != &bridge && to != &bridge) {
        probes_.push_back({.from = *from, .to = *to});
      }
    }
  }
}

void OurMesh::ping_all() {
  for (const ProbeReport& report : lab_.ping(probes_)) expect_answer(report);
}

}  // namespace vethlab::bench
