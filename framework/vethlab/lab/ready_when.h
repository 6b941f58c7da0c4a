#pragma once

#include <vethlab/base/text_view.h>

#include <cstdint>
#include <functional>
#include <string>

namespace vethlab {

class Node;

// When is what was started ready? By default as soon as it runs. Combined by &&:
// {.ready = listens_on_tcp(80) && listens_on_tcp(443)}.
class Ready {
 public:
  Ready() = default;
  Ready(std::string what, std::function<bool(const Node&)> holds)
      : what_(std::move(what)), holds_(std::move(holds)) {}
  friend Ready operator&&(const Ready& a, const Ready& b);

  [[nodiscard]] const std::string& what() const { return what_; }  // "it listens on TCP port 80"
  [[nodiscard]] bool holds(const Node& node) const { return !holds_ || holds_(node); }

 private:
  std::string what_ = "it runs";
  std::function<bool(const Node&)> holds_ = {};
};

// Some socket of the node has the port, whoever opened it: of either family, on any address.
Ready listens_on_tcp(std::uint16_t port);
Ready listens_on_udp(std::uint16_t port);  // bound, and not connected

}  // namespace vethlab
