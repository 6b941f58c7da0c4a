#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/lab/capture.h>
#include <vethlab/netlink/impairment.h>
#include <vethlab/netlink/route.h>

#include <string>
#include <utility>
#include <vector>

namespace vethlab {

class Node;

// What Lab::connect made: a veth pair with an end in each of two nodes (or both in one). Its verbs
// know the ends by the names they had then: of a renamed or moved one they say ENODEV.
class Wire {
 public:
  struct Side {
    Node& node;
    std::string dev;  // the interface's name when it was made
  };

  Wire(Side a, Side b) : a_(std::move(a)), b_(std::move(b)) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] const Side& a() const { return a_; }
  [[nodiscard]] const Side& b() const { return b_; }
  [[nodiscard]] bool drops() const { return drops_; }  // drop_all was called last

  // Node::capture on side a, whose interface has its first name still.
  Capture& capture(TextView filter = {}, CaptureOptions options = {},
                   Caller caller = Caller::here());

  // The cable is pulled, as the end in `seen_by` sees it (without one: the end a): it is up, but has
  // lost its carrier, and its node's programs are told. Returns when the kernel's routes know.
  // A veth has its carrier from its peer, so that the far end is administratively down meanwhile: it
  // keeps its addresses, and set_up gives it back the routes of proto boot and static that it lost.
  void set_down(Caller caller = Caller::here());
  void set_down(const Node& seen_by, Caller caller = Caller::here());
  // What set_down did is undone: returns when packets pass again. Without a set_down, nothing.
  void set_up(Caller caller = Caller::here());

  // Whatever is sent at either end is lost, ARP and all, and nobody is told: carrier and routes
  // stay, and a sender gets no error. Only a timer can notice. (= tc qdisc replace dev DEV root
  // blackhole, on both ends.)
  void drop_all(Caller caller = Caller::here());
  // No longer: the ends are impaired as before, or get their default qdisc.
  void pass_all(Caller caller = Caller::here());

  // What is sent at either end is late, lost, or slow from now on, as on a bad line: an echo's round
  // trip takes twice the delay. {} removes it, and loses what is on its way. During drop_all all is lost as
  // before; the impairment shows after pass_all. A kernel without netem: the test is skipped. (=
  // tc qdisc replace dev DEV root netem …, on both ends.)
  void set_impairment(Impairment impairment, Caller caller = Caller::here());

 private:
  struct Unplugged {  // an end that is administratively down, and what it had
    const Side* side;
    std::vector<Route> routes;
    std::string keep_addresses;  // its sysctl's value; empty: it has none
  };

  // Both ends' root qdiscs: as `drops` says, then as `impairment`, or else the default ones.
  void set_qdiscs(bool drops, const Impairment& impairment, Caller caller);

  Side a_;
  Side b_;
  std::vector<Unplugged> unplugged_ = {};
  bool drops_ = false;
  Impairment impairment_ = {};
};

}  // namespace vethlab
