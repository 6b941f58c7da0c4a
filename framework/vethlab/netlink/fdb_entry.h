#pragma once

#include <vethlab/base/ip_address.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// = bridge fdb: behind which port a bridge (or a vxlan device) takes a MAC address to be.
struct FdbEntry {
  std::string mac = {};               // "02:00:00:00:00:01"
  std::string dev = {};               // the port
  std::optional<IpAddress> dst = {};  // vxlan: the tunnel's far end
  std::optional<int> vlan = {};       // 1 to 4094
  bool self = false;                  // in the device's own table, not in the bridge's
  std::string master = {};            // the bridge
  std::string state = {};  // "permanent": the port's own; "static"; empty: learnt from a frame
  friend bool operator==(const FdbEntry&, const FdbEntry&) = default;
  friend std::ostream& operator<<(std::ostream& os, const FdbEntry& entry);
};
void PrintTo(const FdbEntry& entry, std::ostream* os);
void PrintTo(const std::vector<FdbEntry>& list, std::ostream* os);  // as `bridge fdb` prints them

}  // namespace vethlab
