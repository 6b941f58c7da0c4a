// private
#pragma once

#include <vethlab/icmp/echo.h>
#include <vethlab/icmp/ping.h>

#include <cstdint>
#include <span>

namespace vethlab::icmp {

// Sends one echo of the job; 0 or errno. Never blocks.
int send_echo(const Job& job, const EchoKey& key);

// One packet from the socket, without waiting: false when there is none. The buffer must have room
// for a whole one (64 KiB).
bool receive_packet(int socket, Family family, std::span<std::uint8_t> buffer, Seen& seen);

}  // namespace vethlab::icmp
