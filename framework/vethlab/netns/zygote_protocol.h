// private
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

namespace vethlab::netns {

// Test process and zygote talk over one SOCK_SEQPACKET pair: a request, then its reply. Both are the
// same program: plain structs.

struct ZygoteRequest {
  enum class Verb : std::uint8_t {
    kKeeper,  // with the descriptor of its control socket; the reply has its pidfd
    kWorker  // with those of its channel, and of its Place: init, netns and, if any, mounts and uts
  };
  Verb verb = Verb::kKeeper;
  bool own_user_namespace = true;  // of a worker: the lab has one
  std::uint64_t flags = 0;         // of a keeper: further ones of clone(2)
  int processor = -1;              // who asks is there, and waits (one_processor.h)
};

struct ZygoteReply {
  int error = 0;  // errno of the clone
  pid_t pid = -1;
};

}  // namespace vethlab::netns
