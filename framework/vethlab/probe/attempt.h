// private
#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/probe/probe.h>
#include <vethlab/probe/witness.h>

#include <cstdint>
#include <optional>

namespace vethlab::probe {

// One connection, or one datagram: what is done with its socket. Never blocks.

// Sends the SYN, or the datagram, as the job's options say; its first bytes are `cookie`. 0 or errno.
// Throws Refusal where the socket takes an option not.
int begin(int socket, const Job& job, std::uint64_t cookie);

struct Answer {
  bool received = false;        // connected, or a datagram came
  std::optional<int> ttl = {};  // of that datagram
  std::optional<int> error = {};
  std::optional<IcmpAnswer> icmp = {};
};

// After epoll has told of `events`: none if that was nothing yet. All of it empty: the kernel itself
// has given up waiting.
std::optional<Answer> look(int socket, Transport transport, std::uint32_t events);

// What a witness has seen of an attempt that was answered.
Mark mark_of(int socket, const Job& job, std::uint64_t cookie);

// Ends a connection at once: no TIME_WAIT, no orphan that would hold the namespace, whoever else has
// a copy of the descriptor. The peer gets a reset: it accepts the connection, and its first read(2)
// fails with ECONNRESET.
void end(int socket, Transport transport);

}  // namespace vethlab::probe
