#pragma once

#include <vethlab/vethlab.h>

#include <chrono>
#include <functional>

namespace vethlab::bench {

//   a ── r1 ── r2 ── r3 ── b
//
// Five nodes, of which r3, the last to get a's echo, loses it.
class BrokenLine {
 public:
  using Seconds = std::chrono::duration<double>;

  // `break_it` is given r3.
  explicit BrokenLine(const std::function<void(Node&)>& break_it);

  // What a failed verdict's "Why" takes, without the time that its repeated probe waits in vain. Throws unless it
  // names r3.
  [[nodiscard]] Seconds why() const;

 private:
  Lab lab_;
  Node& a_ = lab_.add_node("a");
  Node& b_ = lab_.add_node("b");
};

void does_not_forward(Node& router);
void has_a_firewall(Node& router);       // nft's own trace tells which rule
void has_a_filter(Node& router);         // tc's, found by what it counts of more probes
void has_an_ipsec_policy(Node& router);  // of which nothing is known: all else is asked in vain

}  // namespace vethlab::bench
