// private
#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/base/encoding.h>
#include <vethlab/base/unique_fd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vethlab::netns {

// What test and worker say to each other: of any size, with any number of descriptors.
struct Message {
  enum class Kind : std::uint8_t {
    // The test, to a worker that is a fork of the zygote.
    kWorld,
    kNodeWorld,
    kOrder,
    kSpawn,
    kAsk,
    kStream,
    kStop,
    // The worker.
    kMade,
    kEntered,
    kRefused,
    kNoNodeWorld,
    kReport,
    kStray,
    kStarted,
    kNews,
    kTold,
    kThrew,
    kStack,
    kValue,
    kDone
  };
  Kind kind = Kind::kDone;
  std::string bytes = {};
  std::vector<UniqueFd> descriptors = {};
};

// A value as a message, and back (base/encoding.h).
template <class T>
Message encoded(Message::Kind kind, T value) {
  internal::Encoder encoder;
  encoder.put(value);
  internal::Encoded bytes = encoder.take();
  return {kind, std::move(bytes.bytes), std::move(bytes.descriptors)};
}
template <class T>
T decoded(Message message) {
  return internal::Decoder({std::move(message.bytes), std::move(message.descriptors)})
      .template take<T>();
}

// One end of the socket pair between them.
class Channel {
 public:
  Channel() = default;
  explicit Channel(UniqueFd end) : end_(std::move(end)) {}
  static std::pair<Channel, Channel> pair();  // throws Refusal

  // Waits while the other is not reading. False where the other, or this end, is gone.
  bool send(Message::Kind kind, std::string_view bytes,
            const std::vector<UniqueFd>& descriptors = {});

  // The next message; none when the deadline is over, or when the other has ended and said all.
  // `other`: its pidfd, or -1. (A fork of it may hold the channel open: its own end is an end, too.)
  std::optional<Message> receive(Deadline deadline, int other);

  [[nodiscard]] int fd() const { return end_.get(); }
  int release() { return end_.release(); }

 private:
  struct Packet {
    Message message = {};
    bool more = false;
  };
  std::optional<Packet> take_packet();
  std::optional<Message> put(Packet packet);

  UniqueFd end_;
  Message coming_ = {};  // what there is of it: the deadline came first
  bool some_came_ = false;
};

}  // namespace vethlab::netns
