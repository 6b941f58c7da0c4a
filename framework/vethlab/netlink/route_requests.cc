#include <vethlab/netlink/route_requests.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>
#include <vethlab/netlink/words.h>

#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using RouteHandle = Handle<rtnl_route_put>;

constexpr std::array<std::pair<unsigned, const char*>, 4> kFlags = {{
    {RTNH_F_DEAD, "dead"},
    {RTNH_F_ONLINK, "onlink"},
    {RTNH_F_PERVASIVE, "pervasive"},
    {RTNH_F_LINKDOWN, "linkdown"},
}};

unsigned flag_bits(const std::vector<std::string>& words) {
  unsigned bits = 0;
  for (const auto& [bit, word] : kFlags)
    for (const std::string& asked : words)
      if (asked == word) bits |= bit;
  return bits;
}

NextHop to_nexthop(rtnl_nexthop* from, const DeviceNames& names) {
  NextHop hop;
  hop.via = address_of(rtnl_route_nh_get_gateway(from));
  if (!hop.via) hop.via = address_of(rtnl_route_nh_get_via(from));
  hop.dev = names.name(rtnl_route_nh_get_ifindex(from));
  hop.weight = rtnl_route_nh_get_weight(from) + 1;  // rtnh_hops counts from 0
  const unsigned flags = rtnl_route_nh_get_flags(from);
  for (const auto& [bit, word] : kFlags)
    if ((flags & bit) != 0) hop.flags.emplace_back(word);
  return hop;
}

Route to_route(rtnl_route* from, const DeviceNames& names) {
  Route r;
  const bool v6 = rtnl_route_get_family(from) == AF_INET6;
  r.type = route_type_name(rtnl_route_get_type(from));
  r.to = Prefix::any(v6 ? Family::kIpv6 : Family::kIpv4);
  if (const auto to = prefix_of(rtnl_route_get_dst(from)); to && to->length() > 0) r.to = *to;
  r.table = static_cast<int>(rtnl_route_get_table(from));
  r.proto = RouteProtocol(rtnl_route_get_protocol(from));
  r.scope = scope_name(rtnl_route_get_scope(from));
  r.src = address_of(rtnl_route_get_pref_src(from));
  if (const std::uint32_t metric = rtnl_route_get_priority(from)) r.metric = metric;
  std::uint32_t mtu = 0;
  if (rtnl_route_get_metric(from, RTAX_MTU, &mtu) == 0) r.mtu = static_cast<int>(mtu);

  const int hops = rtnl_route_get_nnexthops(from);
  for (int i = 0; i < hops; ++i)
    r.nexthops.push_back(to_nexthop(rtnl_route_nexthop_n(from, i), names));
  if (hops == 1) {
    NextHop& only = r.nexthops.front();
    r.via = only.via;
    r.dev = std::move(only.dev);
    r.flags = std::move(only.flags);
    r.nexthops.clear();
  }
  return r;
}

// What `ip route add` takes where no scope is given.
int default_scope(const Route& route) {
  if (route.type == "local") return RT_SCOPE_HOST;
  if (route.type == "broadcast" || route.type == "multicast" || route.type == "anycast")
    return RT_SCOPE_LINK;
  const bool direct = !route.via && route.nexthops.empty() && !route.dev.empty();
  return route.type == "unicast" && direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

void add_hop(rtnl_route* route, Family family, const NextHop& hop, const DeviceNames& names) {
  Handle<rtnl_route_nh_free> h(rtnl_route_nh_alloc());
  if (!hop.dev.empty()) rtnl_route_nh_set_ifindex(h.get(), names.index(hop.dev));
  if (hop.via && hop.via->family() == family)
    rtnl_route_nh_set_gateway(h.get(), to_nl(*hop.via).get());
  else if (hop.via)  // RFC 5549: an IPv4 prefix by an IPv6 router
    rtnl_route_nh_set_via(h.get(), to_nl(*hop.via).get());
  rtnl_route_nh_set_weight(h.get(), static_cast<std::uint8_t>(hop.weight - 1));
  rtnl_route_nh_set_flags(h.get(), flag_bits(hop.flags));
  rtnl_route_add_nexthop(route, h.release());
}

RouteHandle describe(Socket& socket, const Route& route) {
  const DeviceNames names(socket);
  RouteHandle r(rtnl_route_alloc());
  rtnl_route_set_family(r.get(), static_cast<std::uint8_t>(address_family(route.to.family())));
  rtnl_route_set_type(r.get(), static_cast<std::uint8_t>(*route_type_number(route.type)));
  rtnl_route_set_dst(r.get(), to_nl(route.to).get());
  rtnl_route_set_table(r.get(), static_cast<std::uint32_t>(route.table));
  rtnl_route_set_protocol(r.get(), static_cast<std::uint8_t>(route.proto.number()));
  if (route.src) rtnl_route_set_pref_src(r.get(), to_nl(*route.src).get());
  if (route.metric) rtnl_route_set_priority(r.get(), *route.metric);
  if (route.mtu) rtnl_route_set_metric(r.get(), RTAX_MTU, static_cast<unsigned>(*route.mtu));
  for (const NextHop& hop : route.nexthops) add_hop(r.get(), route.to.family(), hop, names);
  if (route.nexthops.empty() && (route.via || !route.dev.empty()))
    add_hop(r.get(), route.to.family(), {route.via, route.dev, 1, route.flags}, names);
  return r;
}

std::string words(const char* verb, const Route& route) {
  Route named = route;
  named.proto = {};
  std::ostringstream line;
  line << named;
  std::string text = fmt::format("{} route {}", verb, line.str());
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  return text;
}

nl_msg* question_message(const RouteQuestion& question, int out, int in = 0) {
  nl_msg* const message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);
  rtmsg ask{};
  ask.rtm_family = static_cast<unsigned char>(address_family(question.to.family()));
  ask.rtm_dst_len = static_cast<unsigned char>(question.to.bytes().size() * 8);
  if (question.from) ask.rtm_src_len = ask.rtm_dst_len;
  ask.rtm_flags = RTM_F_LOOKUP_TABLE;  // else it says main, whichever it was
  nlmsg_append(message, &ask, sizeof ask, NLMSG_ALIGNTO);
  nla_put_addr(message, RTA_DST, to_nl(question.to).get());
  if (question.from) nla_put_addr(message, RTA_SRC, to_nl(*question.from).get());
  if (out != 0) nla_put_s32(message, RTA_OIF, out);
  if (in != 0) nla_put_s32(message, RTA_IIF, in);
  if (question.mark != 0) nla_put_u32(message, RTA_MARK, question.mark);
  return message;
}

}  // namespace

std::optional<Route> route_from(nl_msg* message, const DeviceNames& names) {
  std::optional<Route> route;
  visit_object(message, [&](nl_object* object) {
    auto* const from = reinterpret_cast<rtnl_route*>(object);
    if ((rtnl_route_get_flags(from) & RTM_F_CLONED) == 0) route = to_route(from, names);
  });
  return route;
}

std::vector<Route> routes(Socket& socket, const RouteQuery& query) {
  const DeviceNames names(socket);
  std::vector<Route> result;
  socket.list(
      "list routes", RTM_GETROUTE, address_family(query.family),
      [&](nl_msg* message) {
        auto route = route_from(message, names);
        if (route && (query.table == 0 || route->table == query.table))
          result.push_back(std::move(*route));
      },
      [&] { result.clear(); });
  return result;
}

void add_route(Socket& socket, const Route& route) {
  const std::string attempt = words("add", route);
  try {
    const RouteHandle r = describe(socket, route);
    if (route.proto.number() == 0) rtnl_route_set_protocol(r.get(), RTPROT_BOOT);
    const int scope = route.scope.empty() ? default_scope(route) : *scope_number(route.scope);
    rtnl_route_set_scope(r.get(), static_cast<std::uint8_t>(scope));
    nl_msg* message = nullptr;
    const int error = rtnl_route_build_add_request(r.get(), NLM_F_CREATE | NLM_F_EXCL, &message);
    if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
    socket.request(attempt, Message(message).get());
  } catch (const Refusal& refusal) {  // an interface that isn't there, named by the whole attempt
    if (refusal.attempt == attempt) throw;
    throw Refusal{refusal.error, attempt, refusal.attempt};
  }
}

void delete_route(Socket& socket, const Route& route) {
  const std::string attempt = words("delete", route);
  try {
    const RouteHandle r = describe(socket, route);
    nl_msg* message = nullptr;
    const int error = rtnl_route_build_del_request(r.get(), 0, &message);
    if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
    const Message owned(message);
    // What is not given matches all: libnl would guess a scope.
    auto* const header = static_cast<rtmsg*>(nlmsg_data(nlmsg_hdr(message)));
    header->rtm_scope = route.scope.empty()
                            ? static_cast<unsigned char>(RT_SCOPE_NOWHERE)
                            : static_cast<unsigned char>(*scope_number(route.scope));
    socket.request(attempt, message);
  } catch (const Refusal& refusal) {
    if (refusal.attempt == attempt) throw;
    throw Refusal{refusal.error, attempt, refusal.attempt};
  }
}

Route route_to(Socket& socket, const RouteQuestion& question) {
  const DeviceNames names(socket);
  const int out = question.out.empty() ? 0 : names.index(question.out);
  const int in = question.in.empty() ? 0 : names.index(question.in);
  const Message message(question_message(question, out, in));
  Route result;
  // The answer is a route of the moment, flagged as cloned, to the address alone.
  socket.request(fmt::format("find a route to {}", question.to.text()), message.get(),
                 [&](nl_msg* answer) {
                   visit_object(answer, [&](nl_object* object) {
                     result = to_route(reinterpret_cast<rtnl_route*>(object), names);
                   });
                 });
  return result;
}

bool is_local(Socket& socket, const IpAddress& address, int index) {
  const Message message(question_message({.to = address}, index));
  bool local = false;
  try {
    socket.request("ask for a local address", message.get(), [&](nl_msg* answer) {
      local = static_cast<const rtmsg*>(nlmsg_data(nlmsg_hdr(answer)))->rtm_type == RTN_LOCAL;
    });
  } catch (const Refusal&) {
    return false;  // no route at all: not yet
  }
  return local;
}

}  // namespace vethlab::netlink
