// private
#pragma once

#include <vethlab/netlink/socket.h>

#include <map>
#include <string>
#include <string_view>

namespace vethlab::netlink {

// A node's interface names by index, as they were when asked.
class DeviceNames {
 public:
  explicit DeviceNames(Socket& socket);
  [[nodiscard]] std::string name(int index) const;  // "if7" for one that is gone; empty for 0
  // Throws Refusal with ENODEV ("find interface eth7").
  [[nodiscard]] int index(std::string_view name) const;

 private:
  std::map<int, std::string> names_;
};

// One interface's index, without listing them all. Throws Refusal with ENODEV.
int index_of(Socket& socket, std::string_view name);

}  // namespace vethlab::netlink
