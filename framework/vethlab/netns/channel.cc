#include <vethlab/netns/channel.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/packet.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <span>

namespace vethlab::netns {
namespace {

constexpr std::size_t kPacket = 32 * 1024;

struct Header {
  Message::Kind kind;
  bool more;
};

}  // namespace

std::pair<Channel, Channel> Channel::pair() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw Refusal{errno, "socketpair()", {}};
  return {Channel(UniqueFd(ends[0])), Channel(UniqueFd(ends[1]))};
}

[[gnu::hot]] bool Channel::send(Message::Kind kind, std::string_view bytes,
                                const std::vector<UniqueFd>& descriptors) {
  std::vector<int> all;
  all.reserve(descriptors.size());
  for (const UniqueFd& each : descriptors) all.push_back(each.get());
  std::span<const int> left(all);
  do {
    const std::string_view part = bytes.substr(0, kPacket);
    const auto handed = left.first(std::min(left.size(), kMostDescriptors));
    bytes.remove_prefix(part.size());
    left = left.subspan(handed.size());
    Header header{kind, !bytes.empty() || !left.empty()};
    const std::array<iovec, 2> data = {iovec{&header, sizeof header},
                                       iovec{const_cast<char*>(part.data()), part.size()}};
    if (!send_packet(end_.get(), data, handed)) return false;
  } while (!bytes.empty() || !left.empty());
  return true;
}

// A message, or a part of one. None when there will be no more.
std::optional<Channel::Packet> Channel::take_packet() {
  Header header{};
  std::array<char, kPacket> part;
  const std::array<iovec, 2> data = {iovec{&header, sizeof header},
                                     iovec{part.data(), part.size()}};
  std::array<int, kMostDescriptors> descriptors;
  Received got = receive_packet(end_.get(), data, descriptors, MSG_DONTWAIT);
  // The other has ended and left something unread: said once, before its own last words.
  if (got.size < 0 && errno == ECONNRESET)
    got = receive_packet(end_.get(), data, descriptors, MSG_DONTWAIT);
  Packet packet;
  for (const int fd : std::span(descriptors).first(got.descriptors))
    packet.message.descriptors.emplace_back(fd);
  if (got.size < static_cast<ssize_t>(sizeof header)) return std::nullopt;
  packet.message.kind = header.kind;
  packet.message.bytes.assign(part.data(), static_cast<std::size_t>(got.size) - sizeof header);
  packet.more = header.more;
  return packet;
}

// The message that is whole with this packet, if one is.
std::optional<Message> Channel::put(Packet packet) {
  Message& message = packet.message;
  if (some_came_ && coming_.kind != message.kind) return std::move(message);  // a whole one between
  if (!some_came_) {
    coming_ = std::move(message);
  } else {
    coming_.bytes += message.bytes;
    std::ranges::move(message.descriptors, std::back_inserter(coming_.descriptors));
  }
  some_came_ = packet.more;
  if (packet.more) return std::nullopt;
  return std::exchange(coming_, Message{});
}

std::optional<Message> Channel::receive(Deadline deadline, int other) {
  for (;;) {
    std::array<pollfd, 2> events = {pollfd{end_.get(), POLLIN, 0}, pollfd{other, POLLIN, 0}};
    const int ready = ::poll(events.data(), events.size(), deadline.poll_timeout());
    if (ready == 0 && deadline.over()) return std::nullopt;
    if (ready <= 0) continue;
    // Where it ends between poll's two looks, its last words are there all the same.
    auto packet = take_packet();
    if (!packet) return std::nullopt;
    if (auto message = put(std::move(*packet))) return message;
  }
}

}  // namespace vethlab::netns
