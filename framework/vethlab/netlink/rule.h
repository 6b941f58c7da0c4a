#pragma once

#include <vethlab/base/prefix.h>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// = ip rule: "100: from 10.0.0.0/8 fwmark 0x1 iif eth0 lookup 100". A rule that names no address
// family by its prefixes is IPv4's unless `family` says otherwise.
struct Rule {
  std::optional<std::uint32_t> priority =
      {};  // the smaller is asked first; in add_rule, empty: the kernel's choice
  Family family = Family::kIpv4;
  std::optional<Prefix> from = {};  // empty: all
  std::optional<Prefix> to = {};    // empty: all
  std::optional<std::uint32_t> fwmark = {};
  std::optional<std::uint32_t> fwmask = {};  // empty: all bits
  std::string iif = {};
  std::string oif = {};
  std::string action = "lookup";  // or blackhole, unreachable, prohibit
  int table = 0;                  // with lookup: 254 main, 255 local …; required in add_rule
  friend bool operator==(const Rule&, const Rule&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Rule& rule);
};
void PrintTo(const Rule& rule, std::ostream* os);
void PrintTo(const std::vector<Rule>& rules, std::ostream* os);  // as `ip rule` prints them

}  // namespace vethlab
