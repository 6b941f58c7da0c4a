#include <vethlab/netlink/qdisc_requests.h>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

Message root_qdisc(int type, int flags, int index) {
  Message message(nlmsg_alloc_simple(type, NLM_F_REQUEST | flags));
  tcmsg root{};
  root.tcm_family = AF_UNSPEC;
  root.tcm_ifindex = index;
  root.tcm_parent = TC_H_ROOT;
  nlmsg_append(message.get(), &root, sizeof root, NLMSG_ALIGNTO);
  return message;
}

std::int64_t nanoseconds(std::chrono::milliseconds time) {
  return std::chrono::nanoseconds(time).count();
}

// A queue that is limited is short, as tc's; without a limit a delay alone loses nothing.
std::uint32_t packets_of_room(const Impairment& impairment) {
  return impairment.rate_bits_per_second > 0 ? 1000 : 100'000;
}

}  // namespace

void set_root_qdisc(Socket& socket, int index, std::string_view name, const std::string& kind) {
  const Message message = root_qdisc(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, index);
  nla_put_string(message.get(), TCA_KIND, kind.c_str());
  socket.request(fmt::format("set qdisc {} on {}", kind, name), message.get());
}

// By hand: libnl's netem has no rate, and counts time in the ticks of /proc/net/psched. All is said
// each time: what a change does not mention stays.
void set_root_netem(Socket& socket, int index, std::string_view name,
                    const Impairment& impairment) {
  const Message message = root_qdisc(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, index);
  nla_put_string(message.get(), TCA_KIND, "netem");

  constexpr auto kAlways = std::numeric_limits<std::uint32_t>::max();
  tc_netem_qopt options{};
  options.limit = packets_of_room(impairment);
  options.loss = static_cast<std::uint32_t>(std::llround(impairment.loss_percent / 100 * kAlways));
  const std::int64_t latency = nanoseconds(impairment.delay);
  const std::int64_t jitter = nanoseconds(impairment.jitter);
  const auto rate = static_cast<std::uint64_t>(impairment.rate_bits_per_second / 8);
  tc_netem_rate shaped{};
  shaped.rate = static_cast<std::uint32_t>(std::min<std::uint64_t>(rate, kAlways));

  nlattr* const nest = nla_nest_start(message.get(), TCA_OPTIONS);
  nlmsg_append(message.get(), &options, sizeof options, NLA_ALIGNTO);
  nla_put(message.get(), TCA_NETEM_LATENCY64, sizeof latency, &latency);
  nla_put(message.get(), TCA_NETEM_JITTER64, sizeof jitter, &jitter);
  nla_put(message.get(), TCA_NETEM_RATE, sizeof shaped, &shaped);
  if (rate > kAlways) nla_put_u64(message.get(), TCA_NETEM_RATE64, rate);
  nla_nest_end(message.get(), nest);
  socket.request(fmt::format("set qdisc netem on {}", name), message.get());
}

void delete_root_qdisc(Socket& socket, int index, std::string_view name) {
  const Message message = root_qdisc(RTM_DELQDISC, 0, index);
  socket.request(fmt::format("delete the qdisc of {}", name), message.get());
}

}  // namespace vethlab::netlink
