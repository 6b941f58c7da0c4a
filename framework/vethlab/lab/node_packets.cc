// Packets as they are: captured, and injected.
#include <vethlab/capture/filter.h>
#include <vethlab/lab/capture_state.h>
#include <vethlab/lab/names.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/wire.h>
#include <vethlab/netlink/device_names.h>

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

constexpr int kMost = 262144;

void check(const CaptureOptions& options, Caller caller) {
  const auto refuse = [&](std::string_view name, int value) {
    throw_bad_argument(caller, fmt::format("capture: {} {} is not 1 to {}", name, value, kMost));
  };
  if (options.snaplen < 1 || options.snaplen > kMost) refuse("snaplen", options.snaplen);
  if (options.packets < 1 || options.packets > kMost) refuse("packets", options.packets);
}

capture::Filter compiled(std::string_view filter, int snaplen, Caller caller) {
  try {
    return {filter, snaplen};
  } catch (const capture::BadFilter& bad) {
    throw_bad_argument(
        caller, fmt::format("capture: filter \"{}\" does not compile: {}", filter, bad.what()));
  }
}

}  // namespace

Capture& Node::capture(TextView dev, TextView filter, CaptureOptions options, Caller caller) {
  check(options, caller);
  std::string name(std::string_view{dev});
  if (name == "any") name.clear();
  const internal::Doing doing(*state_, caller, "capture", dev, filter);
  if (!name.empty()) internal::check_interface_name(name, "capture", caller);
  return state_->attempt(caller, [&]() -> Capture& {
    capture::Filter program = compiled(filter, options.snaplen, caller);
    const int index = name.empty() ? 0 : netlink::index_of(state_->netlink, name);
    auto state = std::make_unique<internal::CaptureState>(
        *state_, std::move(name), index, std::move(program), options,
        state_->lab.keeper.socket({state_->index, AF_PACKET, SOCK_RAW, 0}));
    return *state_->lab.captures.emplace_back(std::make_unique<Capture>(std::move(state)));
  });
}

void Node::inject(TextView dev, std::span<const std::uint8_t> frame, Caller caller) {
  internal::check_interface_name(dev, "inject", caller);
  if (frame.empty()) throw_bad_argument(caller, "inject: the frame is empty");
  const internal::Doing doing(*state_, caller, "inject", dev, frame.size(), "bytes");
  state_->lab.sockets_out = true;
  state_->attempt(caller, [&] {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = netlink::index_of(state_->netlink, dev);
    if (!state_->packet_when_needed)
      state_->packet_when_needed =
          state_->lab.keeper.socket({state_->index, AF_PACKET, SOCK_RAW, 0});
    if (::sendto(state_->packet_when_needed.get(), frame.data(), frame.size(), 0,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
      throw Refusal{
          errno,
          fmt::format("inject a frame of {} bytes at {}", frame.size(), std::string_view(dev)),
          {}};
  });
}

Capture& Wire::capture(TextView filter, CaptureOptions options, Caller caller) {
  return a_.node.capture(a_.dev, filter, options, caller);
}

}  // namespace vethlab
