#include <vethlab/netlink/device_names.h>

#include <vethlab/base/errors.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace vethlab::netlink {

DeviceNames::DeviceNames(Socket& socket) {
  const auto note = [this](nl_msg* message) {
    nlmsghdr* const header = nlmsg_hdr(message);
    const auto* info = static_cast<const ifinfomsg*>(nlmsg_data(header));
    if (const nlattr* name = nlmsg_find_attr(header, sizeof(ifinfomsg), IFLA_IFNAME))
      names_[info->ifi_index] = nla_get_string(name);
  };
  socket.list("list links", RTM_GETLINK, AF_UNSPEC, note, [this] { names_.clear(); });
}

std::string DeviceNames::name(int index) const {
  if (index == 0) return {};
  const auto known = names_.find(index);
  return known != names_.end() ? known->second : fmt::format("if{}", index);
}

int DeviceNames::index(std::string_view name) const {
  const auto known =
      std::ranges::find_if(names_, [&](const auto& entry) { return entry.second == name; });
  if (known == names_.end()) throw Refusal{ENODEV, fmt::format("find interface {}", name), {}};
  return known->first;
}

int index_of(Socket& socket, std::string_view name) {
  const Message message(nlmsg_alloc_simple(RTM_GETLINK, NLM_F_REQUEST));
  const ifinfomsg any{};
  nlmsg_append(message.get(), const_cast<ifinfomsg*>(&any), sizeof any, NLMSG_ALIGNTO);
  const std::string terminated(name);
  nla_put_string(message.get(), IFLA_IFNAME, terminated.c_str());
  int index = 0;
  socket.request(fmt::format("find interface {}", name), message.get(), [&](nl_msg* answer) {
    index = static_cast<const ifinfomsg*>(nlmsg_data(nlmsg_hdr(answer)))->ifi_index;
  });
  return index;
}

}  // namespace vethlab::netlink
