#pragma once

#include <vethlab/lab/capture.h>

#include <string>
#include <utility>

namespace vethlab {

class Node;

// What Lab::connect made: a veth pair with an end in each of two nodes (or both in one).
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

  // Node::capture on side a, whose interface has its first name still.
  Capture& capture(TextView filter = {}, CaptureOptions options = {},
                   Caller caller = Caller::here());

 private:
  Side a_;
  Side b_;
};

}  // namespace vethlab
