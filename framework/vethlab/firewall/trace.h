// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::firewall {

// Where a traced packet ended: a rule whose verdict was drop (reject's too), or a chain's policy.
struct Drop {
  std::string family = {};  // as FirewallRule has it: of the table
  std::string table = {};
  std::string chain = {};
  std::optional<std::uint64_t> handle = {};  // the rule's; empty: the policy
  std::uint32_t packet = 0;                  // the kernel's number of it
  bool came_in = true;                       // false: of a packet that this node itself made
};

// What nf_tables says of packets whose rules have "meta nftrace set 1": = nft monitor trace.
class Trace {
 public:
  // `socket` is AF_NETLINK, NETLINK_NETFILTER. Listens from here on. Throws Refusal.
  explicit Trace(UniqueFd socket);

  // Forgets what has been said so far, so that there is room for what comes.
  void clear();

  // Of all that has been said so far, the drops of packets that met a rule of this table: others may have
  // others traced. A drop by that table itself is none.
  std::vector<Drop> drops(std::string_view met);

  // Whether the last drops() lacked what the socket had no room for.
  [[nodiscard]] bool overrun() const { return overrun_; }

 private:
  // What the kernel says next, or 0 bytes.
  std::size_t receive(std::span<char> into);

  UniqueFd socket_;
  bool overrun_ = false;
};

}  // namespace vethlab::firewall
