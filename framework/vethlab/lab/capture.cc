#include <vethlab/lab/capture.h>

#include <vethlab/capture/decode.h>
#include <vethlab/capture/pcapng.h>
#include <vethlab/lab/capture_state.h>
#include <vethlab/netlink/device_names.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::CaptureState;

constexpr int kLoopback = 1;  // lo's index in every namespace

std::string count(std::uint64_t number) {
  return fmt::format("{} packet{}", number, number == 1 ? "" : "s");
}

void write_whole(const std::string& path, std::string_view bytes) {
  const auto attempt = [&](std::string_view verb) {
    return fmt::format("{} \"{}\" for captured packets", verb, path);
  };
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file) throw Refusal{errno, attempt("open"), {}};
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t some = ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (some < 0 && errno != EINTR) throw Refusal{errno, attempt("write"), {}};
    if (some > 0) done += static_cast<std::size_t>(some);
  }
}

}  // namespace

CaptureState::CaptureState(NodeState& its_node, std::string its_dev, int ifindex,
                           capture::Filter its_filter, CaptureOptions chosen, UniqueFd socket)
    : node(its_node),
      dev(std::move(its_dev)),
      filter(std::move(its_filter)),
      options(chosen),
      ring(std::move(socket), filter, ifindex, options.packets) {
  if (ifindex != 0) names[ifindex] = dev;
}

std::string CaptureState::text() const {
  std::string text =
      fmt::format("capture of {} in {}", dev.empty() ? "all interfaces" : dev, node.name);
  if (!filter.text().empty()) text += fmt::format(" (filter \"{}\")", filter.text());
  return text;
}

const std::string& CaptureState::name_of(int ifindex) {
  const auto known = names.find(ifindex);
  if (known != names.end()) return known->second;
  return names[ifindex] = netlink::DeviceNames(node.netlink).name(ifindex);
}

void CaptureState::drain(Caller caller) {
  if (node.lab.depth != closure_depth())
    throw std::logic_error(fmt::format(
        "{}a closure cannot take from the test's {}: ask in the test", prefix_of(caller), text()));
  node.attempt(caller, [&] {
    ring.take([&](capture::Record record) {
      const bool ethernet = record.link_layer == LinkLayer::kEthernet;
      // Each packet of lo is seen twice, as going out and as coming in.
      if (record.ifindex == kLoopback && record.direction == Direction::kOut) return;
      if (ethernet && !filter.passes(record.bytes)) return;
      Packet& packet = seen.emplace_back(
          capture::decode(record.link_layer, std::move(record.bytes), record.length));
      packet.time = record.time;
      packet.dev = name_of(record.ifindex);
      packet.direction = record.direction;
    });
  });
}

std::string CaptureState::losses() {
  const auto [lost, cut] = ring.losses();
  if (lost + cut == 0) return {};
  std::string words = text();
  if (lost != 0) words += fmt::format(" lost {}", count(lost));
  if (cut != 0) words += fmt::format("{} cut {} short", lost != 0 ? " and" : "", count(cut));
  return words;
}

Capture::Capture(std::unique_ptr<CaptureState> state) : state_(std::move(state)) {}
Capture::~Capture() = default;

int Capture::readable_fd() const { return state_->ring.fd(); }

std::vector<Packet> Capture::packets(Caller caller) const {
  state_->drain(caller);
  if (state_->told || state_->options.loss == Loss::kAllowed) return state_->seen;
  const std::string losses = state_->losses();
  if (!losses.empty()) {
    state_->told = true;
    reporter().failure(caller,
                       losses + ": what is asked of the others may be wrong.\nIt has room for " +
                           count(static_cast<std::uint64_t>(state_->options.packets)) +
                           " between two questions: ask more often, filter, or give it more "
                           "({.packets = …}; {.snaplen = …} for the beginnings of large ones; "
                           "{.loss = Loss::kAllowed} where it does not matter)");
  }
  return state_->seen;
}

std::uint64_t Capture::lost(Caller caller) const {
  state_->drain(caller);
  const auto [lost, cut] = state_->ring.losses();
  return lost + cut;
}

void Capture::clear(Caller caller) {
  state_->drain(caller);
  state_->seen.clear();
}

void Capture::save(TextView path, TextView comment, Caller caller) const {
  state_->drain(caller);
  state_->node.attempt(caller, [&] {
    write_whole(std::string(std::string_view(path)),
                capture::pcapng(state_->seen, {.comment = std::string(std::string_view(comment)),
                                               .node = state_->node.name,
                                               .interface = state_->dev,
                                               .filter = state_->filter.text(),
                                               .snaplen = state_->options.snaplen}));
  });
}

}  // namespace vethlab
