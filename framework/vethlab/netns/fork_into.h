// private
#pragma once

#include <vethlab/netns/channel.h>

#include <sys/types.h>

#include <cstdint>

namespace vethlab::netns {

struct Place;

// Forks this process into a place: returns twice, 0 in the worker. Else, or in case of -1 (errno),
// the process between: it says by `channel` who the worker is (kMade), or what was refused
// (kRefused), and is to be waited for. `flags`: CLONE_PARENT, or 0.
pid_t fork_into(const Place& place, Channel& channel, std::uint64_t flags);

// Says it, and ends this process.
[[noreturn]] void refuse(Channel& channel, int error, std::string_view attempt);

}  // namespace vethlab::netns
