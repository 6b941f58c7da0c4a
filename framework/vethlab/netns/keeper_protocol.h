// private
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vethlab::netns {

// Test process and keeper talk over one SOCK_SEQPACKET pair: a request, then its reply, so that at
// most one reply's descriptors are ever in flight. Both are the same program: plain structs.

enum class Verb : std::uint8_t {
  kNamespace,  // make namespace `index` unless it exists; descriptors: namespace, rtnetlink socket
  kAdopt,      // as kNamespace, of the one whose descriptor comes with the request
  kSocket,     // descriptor: socket(domain, type, protocol), born in namespace `index`
  kReadProcNet,  // text: what /proc/net/<path> says in namespace `index`
  kReadSysctl,   // text: what /proc/sys/net/<path> says in namespace `index`
  kWriteSysctl,  // write `value` there
  kInit,  // make the lab's pid namespace; descriptors: its first process's pidfd, and a socket to it
};

// Whose answer it is. A fork of the test that is killed within its own question leaves the answer to
// that in the socket, which it shares with the test.
struct Stamp {
  int process = 0;
  unsigned number = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct Request {
  Stamp stamp = {};
  Verb verb = Verb::kNamespace;
  int index = 0;
  int domain = 0;
  int type = 0;
  int protocol = 0;
  std::array<char, 256> path{};    // ended by NUL
  std::array<char, 1024> value{};  // ended by NUL
};

struct Reply {
  Stamp stamp = {};                 // the request's
  int error = 0;                    // errno; 0: done
  std::array<char, 300> attempt{};  // on error: the call that failed, ended by NUL
  std::array<char, 4096> text{};    // ended by NUL
};

inline constexpr std::size_t kMostHandedOver = 2;  // of one reply

}  // namespace vethlab::netns
