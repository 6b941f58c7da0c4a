#include <vethlab/firewall/firewall_rule.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <string_view>

namespace vethlab {
namespace {

// nft's text has the word where the numbers stand; a comment in quotes may have it too, but after.
void print_nft_text(std::ostream& os, const FirewallRule& rule) {
  constexpr std::string_view kWord = "counter";
  const std::string padded = " " + rule.text + " ";
  const auto found = padded.find(" counter ");
  if (!rule.packets || found == padded.npos) {
    os << rule.text;
    return;
  }
  const auto end = found + kWord.size();  // of the word in text
  os << rule.text.substr(0, end) << " packets " << *rule.packets << " bytes "
     << rule.bytes.value_or(0) << rule.text.substr(end);
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

template <class T>
void print_list(const std::vector<T>& list, std::ostream* os) {
  if (list.empty()) *os << "(none)";
  for (const T& entry : list) *os << '\n' << entry;
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const FirewallRule& rule) {
  if (rule.text.starts_with("-A "))
    return os << '[' << rule.packets.value_or(0) << ':' << rule.bytes.value_or(0) << "] "
              << rule.text;
  os << "add rule " << rule.family << ' ' << rule.table << ' ' << rule.chain << ' ';
  print_nft_text(os, rule);
  return os;
}

std::ostream& operator<<(std::ostream& os, const FirewallChain& c) {
  if (c.packets)
    return os << ':' << c.chain << ' ' << (c.policy.empty() ? "-" : upper(c.policy)) << " ["
              << *c.packets << ':' << c.bytes.value_or(0) << ']';
  os << "add chain " << c.family << ' ' << c.table << ' ' << c.chain;
  if (c.hook.empty()) return os;
  return os << " { type " << c.type << " hook " << c.hook << " priority " << c.priority.value_or(0)
            << "; policy " << c.policy << "; }";
}

void PrintTo(const FirewallRule& rule, std::ostream* os) { *os << rule; }
void PrintTo(const std::vector<FirewallRule>& list, std::ostream* os) { print_list(list, os); }
void PrintTo(const FirewallChain& chain, std::ostream* os) { *os << chain; }
void PrintTo(const std::vector<FirewallChain>& list, std::ostream* os) { print_list(list, os); }

}  // namespace vethlab
