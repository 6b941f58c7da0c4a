#include <vethlab/netlink/address_requests.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>
#include <vethlab/netlink/words.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using AddressHandle = Handle<rtnl_addr_put>;

// In the order that `ip` prints them. "dynamic" is the absence of IFA_F_PERMANENT.
constexpr std::array<std::pair<unsigned, const char*>, 9> kFlags = {{
    {IFA_F_SECONDARY, "secondary"},
    {IFA_F_TENTATIVE, "tentative"},
    {IFA_F_DEPRECATED, "deprecated"},
    {IFA_F_HOMEADDRESS, "home"},
    {IFA_F_NODAD, "nodad"},
    {IFA_F_MANAGETEMPADDR, "mngtmpaddr"},
    {IFA_F_NOPREFIXROUTE, "noprefixroute"},
    {IFA_F_MCAUTOJOIN, "autojoin"},
    {IFA_F_DADFAILED, "dadfailed"},
}};

std::optional<std::chrono::seconds> lifetime(std::uint32_t seconds) {
  if (seconds == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

InterfaceAddress to_address(rtnl_addr* from) {
  InterfaceAddress a;
  a.address = prefix_of(rtnl_addr_get_local(from)).value_or(Prefix());
  if (const auto peer = address_of(rtnl_addr_get_peer(from));
      peer && *peer != a.address.address()) {
    a.peer = peer;
    a.address = Prefix(a.address.address(), rtnl_addr_get_prefixlen(from));
  }
  a.brd = address_of(rtnl_addr_get_broadcast(from));
  a.scope = scope_name(rtnl_addr_get_scope(from));
  a.index = rtnl_addr_get_ifindex(from);
  const unsigned flags = rtnl_addr_get_flags(from);
  for (const auto& [bit, word] : kFlags)
    if ((flags & bit) != 0) a.flags.emplace_back(word);
  if ((flags & IFA_F_PERMANENT) == 0) a.flags.emplace_back("dynamic");
  a.tentative = (flags & IFA_F_TENTATIVE) != 0;
  a.dadfailed = (flags & IFA_F_DADFAILED) != 0;
  if ((flags & IFA_F_PERMANENT) == 0) {
    a.valid = lifetime(rtnl_addr_get_valid_lifetime(from));
    a.preferred = lifetime(rtnl_addr_get_preferred_lifetime(from));
  }
  return a;
}

// Without libnl's object and without names: probes ask this often.
std::vector<Prefix> plain_addresses(Socket& socket, int widest_scope) {
  std::vector<Prefix> result;
  socket.list(
      "list addresses", RTM_GETADDR, AF_UNSPEC,
      [&](nl_msg* message) {
        nlmsghdr* const header = nlmsg_hdr(message);
        const auto* entry = static_cast<const ifaddrmsg*>(nlmsg_data(header));
        if (entry->ifa_scope > widest_scope) return;
        const nlattr* address = nlmsg_find_attr(header, sizeof(ifaddrmsg), IFA_LOCAL);
        if (address == nullptr) address = nlmsg_find_attr(header, sizeof(ifaddrmsg), IFA_ADDRESS);
        if (address == nullptr) return;
        const auto bytes = std::span(static_cast<const std::uint8_t*>(nla_data(address)),
                                     static_cast<std::size_t>(nla_len(address)));
        result.emplace_back(IpAddress::from_bytes(bytes), entry->ifa_prefixlen);
      },
      [&] { result.clear(); });
  return result;
}

AddressHandle describe(int index, const Prefix& address) {
  AddressHandle a(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(a.get(), index);
  rtnl_addr_set_local(a.get(), to_nl(address).get());
  return a;
}

}  // namespace

std::optional<InterfaceAddress> address_from(nl_msg* message) {
  std::optional<InterfaceAddress> address;
  visit_object(message, [&](nl_object* object) {
    address = to_address(reinterpret_cast<rtnl_addr*>(object));
  });
  return address;
}

std::vector<InterfaceAddress> addresses(Socket& socket) {
  std::vector<InterfaceAddress> result;
  socket.list(
      "list addresses", RTM_GETADDR, AF_UNSPEC,
      [&](nl_msg* message) {
        if (auto address = address_from(message)) result.push_back(std::move(*address));
      },
      [&] { result.clear(); });
  // The kernel lists family by family, `ip` link by link.
  std::ranges::stable_sort(result, {}, &InterfaceAddress::index);
  const DeviceNames names(socket);
  for (InterfaceAddress& a : result) a.dev = names.name(a.index);
  return result;
}

std::vector<Prefix> own_addresses(Socket& socket) { return plain_addresses(socket, RT_SCOPE_HOST); }

std::vector<Prefix> global_addresses(Socket& socket) {
  return plain_addresses(socket, RT_SCOPE_SITE);
}

void add_address(Socket& socket, int index, std::string_view name, const Prefix& address, Dad dad) {
  const std::string attempt = fmt::format("add address {} to {}", address.text(), name);
  const AddressHandle a = describe(index, address);
  if (dad == Dad::kOff && address.family() == Family::kIpv6)
    rtnl_addr_set_flags(a.get(), IFA_F_NODAD);
  nl_msg* message = nullptr;
  const int error = rtnl_addr_build_add_request(a.get(), NLM_F_CREATE | NLM_F_EXCL, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

void delete_address(Socket& socket, int index, std::string_view name, const Prefix& address) {
  const std::string attempt = fmt::format("delete address {} from {}", address.text(), name);
  nl_msg* message = nullptr;
  const int error = rtnl_addr_build_delete_request(describe(index, address).get(), 0, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

}  // namespace vethlab::netlink
