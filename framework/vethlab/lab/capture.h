#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>
#include <vethlab/capture/packet.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vethlab {

namespace internal {
struct CaptureState;
}

// What a capture's loss of packets means.
enum class Loss : std::uint8_t {
  kFails,   // packets() fails the test, once: what is asked of the others may be wrong
  kAllowed  // lost() tells
};

struct CaptureOptions {
  int snaplen = 262144;  // bytes kept of each packet, 1 to 262144: = tcpdump -s
  // Room for packets between two questions, 1 to 262144; each takes 2 KiB. A larger one than 1.9 KiB
  // comes by a queue besides, bounded by net.core.rmem_max.
  int packets = 4096;
  Loss loss = Loss::kFails;
};

// What passes an interface, from Node::capture() on: = tcpdump -p. Owned by the Lab.
//
// Complete: what has passed the interface before a question is in its answer, so that a packet whose
// effect the test has seen (an echo's reply, a datagram received, its own send on that node) is there.
class Capture {
 public:
  explicit Capture(std::unique_ptr<internal::CaptureState> state);  // for Node
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture();

  // All packets so far, oldest first. An interface's own are taken as they were before the kernel cut
  // them into segments, and before their checksums were made.
  [[nodiscard]] std::vector<Packet> packets(Caller caller = Caller::here()) const;

  // How many it missed, for want of room, or has less of than snaplen says.
  [[nodiscard]] std::uint64_t lost(Caller caller = Caller::here()) const;

  // Forgets the packets so far.
  void clear(Caller caller = Caller::here());

  // Writes them as a pcapng file for Wireshark, over one that is there: interfaces are called
  // "eth0@NODE". The comment is the file's. std::system_error: it cannot be written.
  void save(TextView path, TextView comment = {}, Caller caller = Caller::here()) const;

  // For who waits: poll(2) says POLLIN when packets() has more than it had.
  [[nodiscard]] int readable_fd() const;

  [[nodiscard]] internal::CaptureState& state() const { return *state_; }  // the framework's own

 private:
  std::unique_ptr<internal::CaptureState> state_;
};

}  // namespace vethlab
