// private
#pragma once

#include <vethlab/firewall/firewall_rule.h>

#include <string_view>
#include <vector>

namespace vethlab::firewall {

struct Listing {
  std::vector<FirewallChain> chains = {};
  std::vector<FirewallRule> rules = {};
};

// Of `nft --json list ruleset`, and the rules' text of `nft --handle --stateless list ruleset`.
// Throws std::runtime_error for what is no such JSON.
Listing nft_listing(std::string_view json, std::string_view text);

// Of `iptables-save -c` (family "ip") or ip6tables-save ("ip6").
Listing save_listing(std::string_view text, std::string_view family);

void append(Listing& to, Listing from);

// Both in one, without those of nft's chains that `saved` has, too: iptables-nft's are nft's as well.
Listing joined(Listing nft, Listing saved);

}  // namespace vethlab::firewall
