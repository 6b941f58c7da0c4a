#include <vethlab/firewall/listing.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <regex>
#include <string>
#include <utility>

namespace vethlab::firewall {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void move_to_end(auto& to, auto& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// What a chain with a policy is hooked as: its name says where, its table what for.
std::string type_of(const std::string& table, const std::string& chain) {
  if (table == "nat") return "nat";
  return table == "mangle" && chain == "OUTPUT" ? "route" : "filter";
}

}  // namespace

Listing save_listing(std::string_view text, std::string_view family) {
  static const std::regex chain_line(R"(^:(\S+) (\S+) \[([0-9]+):([0-9]+)\]$)");
  static const std::regex rule_line(R"(^\[([0-9]+):([0-9]+)\] (-A (\S+).*)$)");
  Listing result;
  std::string table;
  while (!text.empty()) {
    const std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    std::smatch found;
    if (line.starts_with('*')) {
      table = line.substr(1);
    } else if (std::regex_match(line, found, chain_line)) {
      FirewallChain chain{.family = std::string(family),
                          .table = table,
                          .chain = found[1],
                          .packets = std::stoull(found[3].str()),
                          .bytes = std::stoull(found[4].str())};
      if (found[2] != "-") {
        chain.type = type_of(table, chain.chain);
        chain.hook = lower(found[1]);
        chain.policy = lower(found[2]);
      }
      result.chains.push_back(std::move(chain));
    } else if (std::regex_match(line, found, rule_line)) {
      result.rules.push_back({.family = std::string(family),
                              .table = table,
                              .chain = found[4],
                              .text = found[3],
                              .packets = std::stoull(found[1].str()),
                              .bytes = std::stoull(found[2].str())});
    }
  }
  return result;
}

void append(Listing& to, Listing from) {
  move_to_end(to.chains, from.chains);
  move_to_end(to.rules, from.rules);
}

Listing joined(Listing nft, Listing saved) {
  const auto same_chain = [](const auto& one, const auto& other) {
    return one.family == other.family && one.table == other.table && one.chain == other.chain;
  };
  for (const FirewallChain& chain : saved.chains) {
    const auto twin = std::ranges::find_if(nft.chains, [&](const FirewallChain& each) {
      return same_chain(each, chain) && each.type == chain.type;
    });
    if (twin == nft.chains.end()) continue;
    nft.chains.erase(twin);
    std::erase_if(nft.rules, [&](const FirewallRule& rule) { return same_chain(rule, chain); });
  }
  append(nft, std::move(saved));
  return nft;
}

}  // namespace vethlab::firewall
