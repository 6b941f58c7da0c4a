#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// One shape for what nft(8) and iptables(8) have, each in its own words. A chain that both can list
// (iptables-nft's are nft's, too) is in iptables' words.

struct FirewallRule {       // = nft -a list ruleset; iptables-save -c
  std::string family = {};  // "inet", "ip", "ip6", "arp", "bridge", "netdev"; iptables: "ip", "ip6"
  std::string table = {};   // "nat"
  std::string chain = {};   // "POSTROUTING"
  // As the tool prints it, without the numbers that count: "oifname \"wan\" counter masquerade";
  // "-A POSTROUTING -o wan -j MASQUERADE".
  std::string text = {};
  std::optional<std::uint64_t> packets = {};  // that came this far; empty: nft's without `counter`
  std::optional<std::uint64_t> bytes = {};
  std::optional<std::uint64_t> handle = {};  // nft's, for `nft delete rule`
  friend bool operator==(const FirewallRule&, const FirewallRule&) = default;
  // `add rule inet filter input tcp dport 80 counter packets 1 bytes 60 accept`, as `nft monitor`
  // does; `[1:60] -A INPUT …`, as iptables-save does.
  friend std::ostream& operator<<(std::ostream& os, const FirewallRule& rule);
};
void PrintTo(const FirewallRule& rule, std::ostream* os);
void PrintTo(const std::vector<FirewallRule>& list, std::ostream* os);

struct FirewallChain {
  std::string family = {};
  std::string table = {};
  std::string chain = {};
  std::string type = {};  // "filter", "nat", "route"; this and what follows: empty in a chain that
  std::string hook = {};  // is only jumped to.  "input", "forward", "postrouting" …
  std::optional<int> priority = {};           // nft's
  std::string policy = {};                    // "accept", "drop"
  std::optional<std::uint64_t> packets = {};  // iptables': that met the policy
  std::optional<std::uint64_t> bytes = {};
  friend bool operator==(const FirewallChain&, const FirewallChain&) = default;
  // `add chain inet filter input { type filter hook input priority 0; policy drop; }`;
  // `:INPUT DROP [1:60]`.
  friend std::ostream& operator<<(std::ostream& os, const FirewallChain& chain);
};
void PrintTo(const FirewallChain& chain, std::ostream* os);
void PrintTo(const std::vector<FirewallChain>& list, std::ostream* os);

}  // namespace vethlab
