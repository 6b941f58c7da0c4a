#pragma once

#include <vethlab/base/prefix.h>

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

struct InterfaceAddress {  // = ip address. (Not "Address": gmock has a matcher of that name.)
  Prefix address = {};
  std::optional<IpAddress> peer = {};  // point-to-point: the other side's; `address` has its length
  std::optional<IpAddress> brd = {};   // broadcast; empty: none
  std::string scope = {};              // "global", "link", "host"
  std::string dev = {};
  int index = 0;                        // of dev
  std::vector<std::string> flags = {};  // as `ip` prints them: "secondary", "dynamic", "nodad" …
  bool tentative = false;               // duplicate address detection is not done
  bool dadfailed = false;               // somebody else has it
  std::optional<std::chrono::seconds> valid = {};      // empty: forever
  std::optional<std::chrono::seconds> preferred = {};  // empty: forever
  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
  friend std::ostream& operator<<(std::ostream& os, const InterfaceAddress& address);
};
void PrintTo(const InterfaceAddress& address, std::ostream* os);
void PrintTo(const std::vector<InterfaceAddress>& list, std::ostream* os);  // = ip -oneline address

}  // namespace vethlab
