// private
#pragma once

#include <cstdint>
#include <string>

namespace vethlab::netns {

// Test process and zygote talk over one SOCK_SEQPACKET pair: a request, then its reply, which is
// the Born of what was forked (fork_into.h). Both are the same program: plain structs.

struct ZygoteRequest {
  enum class Verb : std::uint8_t {
    kKeeper,  // with the descriptor of its control socket
    kWorker,  // with those of its channel, and of its Place: init, netns and, if any, mounts and uts
    kProgram  // with those of two files: its arguments, each ended by NUL, and what it prints
  };
  Verb verb = Verb::kKeeper;
  bool own_user_namespace = true;  // of a worker: the lab has one
  std::uint64_t flags = 0;         // of a keeper: further ones of clone(2)
  int processor = -1;              // who asks is there, and waits (one_processor.h)
};

std::string text_of(int file);  // all of it

}  // namespace vethlab::netns
