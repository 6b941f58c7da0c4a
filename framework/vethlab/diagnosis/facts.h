// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/lab/lab.h>
#include <vethlab/lab/node.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vethlab::diagnosis {

// An interface, and whose it is.
struct Port {
  const Node* node = nullptr;
  Link link = {};
};

// What the lab's nodes say of themselves, each asked once: a network as it is while a diagnosis looks.
class Facts {
 public:
  explicit Facts(std::vector<Node*> nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] const std::vector<Node*>& nodes() const { return nodes_; }
  const std::vector<Link>& links(const Node& node);
  const std::vector<InterfaceAddress>& addresses(const Node& node);
  const std::vector<Neighbour>& neighbours(const Node& node);
  const std::vector<Route>& routes(const Node& node, Family family);  // of all tables
  const std::vector<Rule>& rules(const Node& node, Family family);
  // Empty: this kernel, or this interface, has none of that name.
  std::string sysctl(const Node& node, const std::string& name);
  // Of net.ipv4.conf.all and the interface's own the larger, which is what the kernel goes by; and its name.
  std::pair<std::string, int> ipv4_setting(const Node& node, const std::string& dev,
                                           const std::string& name);

  std::optional<Link> link(const Node& node, const std::string& dev);
  // The other end of a veth, in whatever node.
  std::optional<Port> peer(const Node& node, const Link& link);
  // Who has this address, and where. Of several the one in `preferred`, if that has it.
  struct Owner {
    const Node* node = nullptr;
    InterfaceAddress address = {};
  };
  std::vector<Owner> owners(const IpAddress& address);
  std::optional<Owner> owner(const IpAddress& address, const Node* preferred = nullptr);
  bool owns(const Node& node, const IpAddress& address);
  // The interfaces that a frame sent by `dev` could get to, through whatever bridges: no ports of one.
  std::vector<Port> segment(const Node& node, const std::string& dev);

 private:
  void walk(const Node& node, const Link& link, std::vector<Port>& found,
            std::vector<std::pair<const Node*, int>>& visited);

  std::vector<Node*> nodes_;
  std::map<const Node*, std::vector<Link>> links_ = {};
  std::map<const Node*, std::vector<InterfaceAddress>> addresses_ = {};
  std::map<const Node*, std::vector<Neighbour>> neighbours_ = {};
  std::map<std::pair<const Node*, Family>, std::vector<Route>> routes_ = {};
  std::map<std::pair<const Node*, Family>, std::vector<Rule>> rules_ = {};
};

}  // namespace vethlab::diagnosis
