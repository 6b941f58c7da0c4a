#pragma once

#include <vethlab/base/ip_address.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace vethlab {

struct Neighbour {  // = ip neighbour
  IpAddress to = {};
  std::string dev = {};
  std::string lladdr = {};  // empty: not known
  bool router = false;      // IPv6: it said so in its advertisement
  std::string state = {};  // "REACHABLE", "STALE", "INCOMPLETE", "FAILED", "PERMANENT" … (RFC 4861)
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Neighbour& neighbour);
};
void PrintTo(const Neighbour& neighbour, std::ostream* os);
void PrintTo(const std::vector<Neighbour>& list,
             std::ostream* os);  // as `ip neighbour` prints them

}  // namespace vethlab
