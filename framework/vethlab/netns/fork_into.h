// private
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace vethlab::netns {

struct Place;

// What became of a fork into a place. Plain: it is told through memory that is shared, or a channel.
struct Born {
  pid_t pid = -1;                 // of the worker; 0: this is it
  int pidfd = -1;                 // the worker's
  pid_t between = -1;             // the process that forked the worker: to be waited for, if any
  int error = 0;                  // errno: there is no worker, as that call failed:
  const char* attempt = nullptr;  // a literal
  int status = 0;                 // wait(2): of a program that was run to its end instead
};

// Forks this process into a place: returns twice. `flags`: CLONE_PARENT, or 0. `alone`: this process
// has no other thread.
Born fork_into(const Place& place, std::uint64_t flags, bool alone);

}  // namespace vethlab::netns
