#include <vethlab/lab/address_plan.h>

#include <vethlab/base/errors.h>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

std::string address(Family family, int subnet, int host) {
  const bool is_switch = subnet < 0;
  const int k = is_switch ? -subnet : subnet;
  if (family == Family::kIpv6)
    return fmt::format("fd00:{}:0:{:x}::{:x}/64", is_switch ? 232 : 200, k, host);
  return is_switch ? fmt::format("10.{}.{}.{}/16", 232 + k, host / 256, host % 256)
                   : fmt::format("10.{}.{}.{}/24", 200 + k / 256, k % 256, host);
}

}  // namespace

std::vector<Prefix> AddressPlan::addresses(int subnet, int host, Caller caller) const {
  const bool full = subnet < 0 ? -subnet > 23 || host > 65534 : subnet > 32 * 256 - 1;
  if (full)
    throw_bad_argument(caller,
                       "connect: the lab's plan of automatic addresses is used up (8191 "
                       "wires, 23 switches): give addresses");
  std::vector<Prefix> result;
  for (const Family family : families_)
    result.push_back(Prefix::parse(address(family, subnet, host)));
  return result;
}

std::string AddressPlan::next_mac() {
  const auto n = static_cast<unsigned>(++last_mac_);
  return fmt::format("02:00:00:{:02x}:{:02x}:{:02x}", n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
}

}  // namespace vethlab::internal
