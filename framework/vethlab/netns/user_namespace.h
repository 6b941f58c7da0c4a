#pragma once

#include <cstdint>

namespace vethlab {

// The user namespace a lab's network namespaces belong to.
enum class UserNamespace : std::uint8_t {
  kOwn,   // one of the lab's own, for root and ordinary users alike: the host is out of reach
  kHosts  // the machine's: real root, for what refuses anything less; needs root
};

}  // namespace vethlab
