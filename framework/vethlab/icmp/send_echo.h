// private
#pragma once

#include <vethlab/icmp/echo.h>
#include <vethlab/icmp/ping.h>

namespace vethlab::icmp {

// Sends one echo of the job; 0 or errno. Never blocks.
int send_echo(const Job& job, const EchoKey& key);

// The DF bit of the socket's IPv4 echoes, for which there is no ancillary data. (IPv6 has it, and
// send_echo does it.)
void set_dont_fragment(int socket, bool on);

}  // namespace vethlab::icmp
