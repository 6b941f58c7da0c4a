// private
#pragma once

#include <array>
#include <cstdint>

namespace vethlab::netns {

// A lab's owner and the first process of the lab's pid namespace talk over a SOCK_SEQPACKET pair.

enum class InitRequest : std::uint8_t {
  kEnd,  // SIGTERM to all that run in the lab; the answer, kNoneLeft, comes when all have ended
  kWhoIsLeft,  // answered at once
};

struct InitAnswer {
  enum class Kind : std::uint8_t {
    kReady,     // unasked, at its start
    kNoneLeft,  // and it is gone
    kLeft,      // `count`, of which `lines` shows those that fit: "12 sleep\n13 sh\n"
    kUnlisted,  // some are left, and /proc is not the lab's own
  };
  Kind kind = Kind::kReady;
  int count = 0;
  std::array<char, 4000> lines{};  // ended by NUL
};

// The whole life of that first process, in the process that clone made. When it goes, the kernel
// kills all that are in the lab's pid namespace, whatever they did to get away. It goes when it is
// told to, when nobody can tell it any more, and when the process behind the pidfd `test_process`
// is gone. System calls and nothing else, as in the keeper.
[[noreturn]] void be_init(int control, int test_process);

}  // namespace vethlab::netns
