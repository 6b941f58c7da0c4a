#pragma once

#include <cstdint>

namespace vethlab {

// The user namespace a lab's network namespaces belong to.
enum class UserNamespace : std::uint8_t {
  kOwn,   // one of the lab's own, for root and ordinary users alike: the host is out of reach
  kHosts  // the machine's: real root, for what refuses anything less; needs root
};

// The ids, and so the users, that a lab of kOwn has beside its root. A lab of root's has all.
enum class Ids : std::uint8_t {
  kOwn,         // an ordinary user's lab: that user's own, who is its root, and no other
  kSubordinate  // also those that subuid(5) and subgid(5) give that user, as 1, 2 …: programs may
                // become other users. Takes newuidmap(1), and some ms; else the test is skipped
};

}  // namespace vethlab
