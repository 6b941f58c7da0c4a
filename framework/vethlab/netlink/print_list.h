// private
#pragma once

#include <ostream>
#include <vector>

namespace vethlab::netlink {

// As `ip` prints a table: an entry a line, after a line break so that it stands apart from
// GoogleTest's own words.
template <class T>
void print_list(const std::vector<T>& list, std::ostream* os) {
  if (list.empty()) *os << "(none)";
  for (const T& entry : list) *os << '\n' << entry;
}

}  // namespace vethlab::netlink
