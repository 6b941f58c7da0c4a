#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// RFC 2863's ifOperStatus, as IFLA_OPERSTATE has it.
enum class OperState : std::uint8_t {
  kUnknown,
  kNotPresent,
  kDown,
  kLowerLayerDown,
  kTesting,
  kDormant,
  kUp
};
std::ostream& operator<<(std::ostream& os, OperState state);  // "UP", "LOWERLAYERDOWN"

struct Link {  // = ip link; fields in the order it prints them
  int index = 0;
  std::string name = {};
  // As `ip` prints them: "BROADCAST", "MULTICAST", "UP", "LOWER_UP" …, and "M-DOWN" where the other
  // end is in the same node and not up.
  std::vector<std::string> flags = {};
  bool up = false;        // IFF_UP: administratively
  bool lower_up = false;  // IFF_LOWER_UP: carrier
  int mtu = 0;            // bytes
  std::string qdisc = {};
  std::string master = {};  // empty: none
  OperState state = OperState::kUnknown;
  int qlen = 0;           // packets
  std::string type = {};  // "ether", "loopback": the hardware's
  std::string mac = {};   // "02:00:00:00:00:01"
  std::string brd = {};
  std::string kind = {};                 // "veth", "bridge"; empty for lo
  std::optional<int> peer_index = {};    // a veth's other end, in its own node
  std::optional<int> link_netnsid = {};  // this node's id of the peer's namespace; empty: this one
  std::string peer = {};                 // the other end's name, where it is in this same node
  std::string link_netns = {};  // the node the other end is in; empty: this one, or not the lab's
  friend bool operator==(const Link&, const Link&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Link& link);
};
void PrintTo(const Link& link, std::ostream* os);
void PrintTo(const std::vector<Link>& links, std::ostream* os);  // as `ip link` prints them

}  // namespace vethlab
