#include <vethlab/base/errors.h>
#include <vethlab/firewall/listing.h>
#include <vethlab/lab/firewall_tool.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {
namespace {

// Six parts with \001 between them: nft's JSON and text, iptables' and ip6tables', and their legacy
// tables where those are not what iptables-save has shown. One tool of the two is enough.
constexpr const char* kList = R"(
have() { command -v "$1" >/dev/null; }
have nft || have iptables-save || exit 127
if have nft; then nft --json list ruleset; fi
printf '\001'
if have nft; then nft --handle --stateless list ruleset; fi
for tool in iptables ip6tables; do
  printf '\001'
  if have $tool-save; then $tool-save -c; fi
done
for tool in iptables ip6tables; do
  printf '\001'
  case $($tool-save --version 2>/dev/null) in
    *nf_tables*) if have $tool-legacy-save; then $tool-legacy-save -c; fi ;;
  esac
done
)";

constexpr std::size_t kParts = 6;

std::array<std::string_view, kParts> parts_of(std::string_view text) {
  std::array<std::string_view, kParts> parts;
  for (std::string_view& part : parts) {
    part = text.substr(0, text.find('\001'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return parts;
}

bool is_nfts(std::string_view saved) { return saved.find("(nf_tables)") != saved.npos; }

firewall::Listing list(const Node& node, Caller caller) {
  const ProgramResult result =
      internal::run_tool(node.state(), {"sh", "-e", "-c", kList}, {}, "nft", caller);
  if (result.exit_code != 0)
    throw std::runtime_error(fmt::format("{}list the firewall's rules in {}: {}", prefix_of(caller),
                                         node.name(), result.err));
  const auto parts = parts_of(result.out);
  firewall::Listing all = firewall::nft_listing(parts[0], parts[1]);
  for (std::size_t i = 2; i < kParts; ++i) {
    firewall::Listing saved = firewall::save_listing(parts[i], i % 2 == 0 ? "ip" : "ip6");
    if (is_nfts(parts[i])) all = firewall::joined(std::move(all), std::move(saved));
    else firewall::append(all, std::move(saved));
  }
  return all;
}

}  // namespace

std::vector<FirewallRule> Node::firewall_rules(Caller caller) const {
  return list(*this, caller).rules;
}

std::vector<FirewallChain> Node::firewall_chains(Caller caller) const {
  return list(*this, caller).chains;
}

}  // namespace vethlab
