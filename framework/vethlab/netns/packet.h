// private
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace vethlab::netns {

// One packet on a SOCK_SEQPACKET pair, with descriptors (unix(7): SCM_RIGHTS). System calls alone.

inline constexpr std::size_t kMostDescriptors = 200;  // of one packet; the kernel takes 253

// False: errno. The descriptors stay the sender's own, too.
bool send_packet(int socket, std::span<const iovec> data, std::span<const int> descriptors);

struct Received {
  ssize_t size = -1;  // bytes; 0: the other end is closed; -1: errno
  std::size_t descriptors = 0;
  bool cut_off = false;  // there were more descriptors than room for them: those are lost
};

// What came, into `data` and `descriptors` (close-on-exec). `flags`: recv(2).
Received receive_packet(int socket, std::span<const iovec> data, std::span<int> descriptors,
                        int flags = 0);

}  // namespace vethlab::netns
