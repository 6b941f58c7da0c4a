#include <vethlab/firewall/trace.h>

#include <vethlab/base/errors.h>

#include <netinet/in.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <endian.h>
#include <array>
#include <cerrno>
#include <map>
#include <set>

namespace vethlab::firewall {
namespace {

std::string family_name(int number) {
  switch (number) {
    case NFPROTO_INET: return "inet";
    case NFPROTO_IPV4: return "ip";
    case NFPROTO_IPV6: return "ip6";
    case NFPROTO_ARP: return "arp";
    case NFPROTO_NETDEV: return "netdev";
    case NFPROTO_BRIDGE: return "bridge";
    default: return {};
  }
}

std::string text_of(nlattr* attribute) {
  return attribute != nullptr ? nla_get_string(attribute) : "";
}

std::optional<std::uint32_t> number_of(nlattr* attribute) {
  if (attribute == nullptr) return {};
  return be32toh(nla_get_u32(attribute));
}

using Attributes = std::array<nlattr*, NFTA_TRACE_MAX + 1>;

// A chain's first message about a packet has them.
std::string headers_of(const Attributes& attributes) {
  std::string bytes;
  for (const int each : {NFTA_TRACE_NETWORK_HEADER, NFTA_TRACE_TRANSPORT_HEADER})
    if (nlattr* const header = attributes[static_cast<std::size_t>(each)]; header != nullptr)
      bytes.append(static_cast<const char*>(nla_data(header)),
                   static_cast<std::size_t>(nla_len(header)));
  return bytes;
}

bool parse(nlmsghdr* header, Attributes& attributes) {
  return header->nlmsg_type == ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE) &&
         nlmsg_parse(header, sizeof(nfgenmsg), attributes.data(), NFTA_TRACE_MAX, nullptr) >= 0;
}

std::optional<Drop> drop_of(nlmsghdr* header, Attributes& attributes) {
  const auto type = number_of(attributes[NFTA_TRACE_TYPE]);
  Drop drop{.family = family_name(static_cast<nfgenmsg*>(nlmsg_data(header))->nfgen_family),
            .table = text_of(attributes[NFTA_TRACE_TABLE]),
            .chain = text_of(attributes[NFTA_TRACE_CHAIN]),
            .handle = {},
            .packet = number_of(attributes[NFTA_TRACE_ID]).value_or(0)};
  if (type == static_cast<std::uint32_t>(NFT_TRACETYPE_POLICY))
    return number_of(attributes[NFTA_TRACE_POLICY]) == static_cast<std::uint32_t>(NF_DROP)
               ? std::optional(drop)
               : std::nullopt;
  if (type != static_cast<std::uint32_t>(NFT_TRACETYPE_RULE) ||
      attributes[NFTA_TRACE_VERDICT] == nullptr)
    return {};
  std::array<nlattr*, NFTA_VERDICT_MAX + 1> verdict{};
  if (nla_parse_nested(verdict.data(), NFTA_VERDICT_MAX, attributes[NFTA_TRACE_VERDICT], nullptr) <
      0)
    return {};
  if (number_of(verdict[NFTA_VERDICT_CODE]) != static_cast<std::uint32_t>(NF_DROP)) return {};
  if (attributes[NFTA_TRACE_RULE_HANDLE] != nullptr)
    drop.handle = be64toh(nla_get_u64(attributes[NFTA_TRACE_RULE_HANDLE]));
  return drop;
}

}  // namespace

Trace::Trace(UniqueFd socket) : socket_(std::move(socket)) {
  sockaddr_nl any{};  // a socket without an address of its own hears nothing from the kernel's
  any.nl_family = AF_NETLINK;
  const int group = NFNLGRP_NFTRACE;
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
      ::setsockopt(socket_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
    throw Refusal{errno, "listen to nf_tables' trace", {}};
}

std::size_t Trace::receive(std::span<char> into) {
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == ENOBUFS) overrun_ = true;  // said once; what there was room for follows
    else if (errno != EINTR) return 0;
  }
}

void Trace::clear() {
  std::array<char, 32768> buffer{};
  while (receive(buffer) > 0) continue;
  overrun_ = false;
}

std::vector<Drop> Trace::drops(std::string_view met) {
  overrun_ = false;
  std::vector<Drop> found;
  // By the kernel's number of the packet, and by its headers: a bridge's copy has a number of its own.
  std::set<std::uint32_t> ours;
  std::set<std::string> our_headers;
  std::map<std::uint32_t, std::string> headers;
  std::set<std::uint32_t> came_in;  // only the first message about a packet says by what it came in
  alignas(nlmsghdr) std::array<char, 32768> buffer{};
  for (;;) {
    int left = static_cast<int>(receive(buffer));
    if (left == 0) return found;
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left);
         header = nlmsg_next(header, &left)) {
      Attributes attributes{};
      if (!parse(header, attributes)) continue;
      const std::uint32_t packet = number_of(attributes[NFTA_TRACE_ID]).value_or(0);
      if (attributes[NFTA_TRACE_IIF] != nullptr) came_in.insert(packet);
      const bool by_us = text_of(attributes[NFTA_TRACE_TABLE]) == met;
      if (const std::string some = headers_of(attributes); !some.empty()) headers[packet] = some;
      if (by_us) {
        ours.insert(packet);
        if (!headers[packet].empty()) our_headers.insert(headers[packet]);
      }
      auto drop = drop_of(header, attributes);
      if (!drop || by_us || (!ours.contains(packet) && !our_headers.contains(headers[packet])))
        continue;
      drop->came_in = came_in.contains(drop->packet);
      found.push_back(std::move(*drop));
    }
  }
}

}  // namespace vethlab::firewall
