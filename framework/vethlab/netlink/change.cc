#include <vethlab/netlink/change.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>
#include <type_traits>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, const Change& change) {
  if (change.kind == Change::Kind::kOverrun) return os << "(announcements lost)";
  if (change.kind == Change::Kind::kDeleted) os << "Deleted ";
  std::visit(
      [&os](const auto& object) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(object)>, std::monostate>) os << object;
      },
      change.object);
  return os;
}

void PrintTo(const Change& change, std::ostream* os) { *os << change; }
void PrintTo(const std::vector<Change>& changes, std::ostream* os) {
  netlink::print_list(changes, os);
}

}  // namespace vethlab
