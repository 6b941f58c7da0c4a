#include <vethlab/netlink/connection_requests.h>

#include <vethlab/netlink/handles.h>

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <netlink/attr.h>

#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include <fmt/format.h>

// The attributes are read here, not by libnl-nf-3: that knows none of ICMPv6's.
namespace vethlab::netlink {
namespace {

template <int kMax>
using Attributes = std::array<nlattr*, kMax + 1>;

template <int kMax>
Attributes<kMax> nested(nlattr* in) {
  Attributes<kMax> result{};
  if (in != nullptr) nla_parse_nested(result.data(), kMax, in, nullptr);
  return result;
}

std::optional<IpAddress> address_in(const nlattr* v4, const nlattr* v6) {
  const nlattr* const in = v4 != nullptr ? v4 : v6;
  if (in == nullptr) return {};
  return IpAddress::from_bytes(
      {static_cast<const std::uint8_t*>(nla_data(in)), static_cast<std::size_t>(nla_len(in))});
}

std::uint16_t port_in(const nlattr* in) { return in == nullptr ? 0 : ntohs(nla_get_u16(in)); }
std::uint32_t number_in(const nlattr* in) { return in == nullptr ? 0 : ntohl(nla_get_u32(in)); }

std::optional<int> byte_in(const nlattr* v4, const nlattr* v6) {
  const nlattr* const in = v4 != nullptr ? v4 : v6;
  if (in == nullptr) return {};
  return nla_get_u8(in);
}

std::optional<int> id_in(const nlattr* v4, const nlattr* v6) {
  const nlattr* const in = v4 != nullptr ? v4 : v6;
  if (in == nullptr) return {};
  return port_in(in);
}

ConnectionTuple tuple_in(nlattr* in, int& protocol) {
  const auto tuple = nested<CTA_TUPLE_MAX>(in);
  const auto ip = nested<CTA_IP_MAX>(tuple[CTA_TUPLE_IP]);
  const auto proto = nested<CTA_PROTO_MAX>(tuple[CTA_TUPLE_PROTO]);
  if (proto[CTA_PROTO_NUM] != nullptr) protocol = nla_get_u8(proto[CTA_PROTO_NUM]);
  ConnectionTuple result;
  result.src = address_in(ip[CTA_IP_V4_SRC], ip[CTA_IP_V6_SRC]).value_or(IpAddress());
  result.dst = address_in(ip[CTA_IP_V4_DST], ip[CTA_IP_V6_DST]).value_or(IpAddress());
  result.src_port = port_in(proto[CTA_PROTO_SRC_PORT]);
  result.dst_port = port_in(proto[CTA_PROTO_DST_PORT]);
  result.icmp_type = byte_in(proto[CTA_PROTO_ICMP_TYPE], proto[CTA_PROTO_ICMPV6_TYPE]);
  result.icmp_code = byte_in(proto[CTA_PROTO_ICMP_CODE], proto[CTA_PROTO_ICMPV6_CODE]);
  result.icmp_id = id_in(proto[CTA_PROTO_ICMP_ID], proto[CTA_PROTO_ICMPV6_ID]);
  return result;
}

std::string tcp_state_name(std::size_t state) {
  constexpr std::array<const char*, 10> kNames = {
      "NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
      "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};
  return state < kNames.size() ? kNames[state] : std::to_string(state);
}

std::vector<std::string> status_names(std::uint32_t bits) {
  constexpr std::array<std::pair<std::uint32_t, const char*>, 6> kNames = {
      {{IPS_SEEN_REPLY, "SEEN_REPLY"},
       {IPS_ASSURED, "ASSURED"},
       {IPS_CONFIRMED, "CONFIRMED"},
       {IPS_SRC_NAT, "SRC_NAT"},
       {IPS_DST_NAT, "DST_NAT"},
       {IPS_OFFLOAD, "OFFLOAD"}}};
  std::vector<std::string> names;
  for (const auto& [bit, name] : kNames)
    if ((bits & bit) != 0) names.emplace_back(name);
  return names;
}

std::optional<Connection> connection_in(nl_msg* message) {
  nlmsghdr* const header = nlmsg_hdr(message);
  Attributes<CTA_MAX> all{};
  if (nlmsg_parse(header, sizeof(nfgenmsg), all.data(), CTA_MAX, nullptr) < 0) return {};
  Connection result;
  result.original = tuple_in(all[CTA_TUPLE_ORIG], result.protocol);
  result.reply = tuple_in(all[CTA_TUPLE_REPLY], result.protocol);
  result.timeout = std::chrono::seconds(number_in(all[CTA_TIMEOUT]));
  result.status = status_names(number_in(all[CTA_STATUS]));
  result.mark = number_in(all[CTA_MARK]);
  const auto info = nested<CTA_PROTOINFO_MAX>(all[CTA_PROTOINFO]);
  const auto tcp = nested<CTA_PROTOINFO_TCP_MAX>(info[CTA_PROTOINFO_TCP]);
  if (tcp[CTA_PROTOINFO_TCP_STATE] != nullptr)
    result.state = tcp_state_name(nla_get_u8(tcp[CTA_PROTOINFO_TCP_STATE]));
  return result;
}

Message ask(int type, int flags) {
  Message message(nlmsg_alloc_simple((NFNL_SUBSYS_CTNETLINK << 8) | type, NLM_F_REQUEST | flags));
  const nfgenmsg both_families{AF_UNSPEC, NFNETLINK_V0, 0};
  nlmsg_append(message.get(), const_cast<nfgenmsg*>(&both_families), sizeof both_families,
               NLMSG_ALIGNTO);
  return message;
}

}  // namespace

std::vector<Connection> connections(Socket& socket) {
  std::vector<Connection> result;
  socket.request("list connections", ask(IPCTNL_MSG_CT_GET, NLM_F_DUMP).get(), [&](nl_msg* answer) {
    if (auto connection = connection_in(answer)) result.push_back(std::move(*connection));
  });
  return result;
}

void forget_connections(Socket& socket) {
  socket.request("forget connections", ask(IPCTNL_MSG_CT_DELETE, NLM_F_ACK).get());
}

}  // namespace vethlab::netlink
