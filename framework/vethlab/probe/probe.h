// private
#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/base/probe_round.h>
#include <vethlab/base/unique_fd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace vethlab::probe {

// One TCP or UDP probe of a batch: each of its attempts has a socket of its own, so that what comes
// back is that attempt's answer.
struct Job {
  Transport transport = Transport::kTcp;
  IpAddress to = {};
  std::uint16_t port = 0;
  int scope = 0;  // IPv6: index of the zone's interface; 0: none
  ProbeOptions options = {};
  std::function<UniqueFd()> open = {};  // a non-blocking socket, of `to`'s family and the transport
  std::vector<int> witnesses = {};      // raw sockets of both, by prepare_witness()
};

struct Outcome {
  ProbeReport report = {};        // without `to` and `answered_by`
  std::vector<int> seen_by = {};  // those witnesses that saw an attempt which was answered
};

// Jobs under way, in one epoll loop, until each attempt is answered, refused, or silent for its
// probe's timeout.
class Round : public ProbeRound {
 public:
  virtual std::vector<Outcome> outcomes() = 0;  // once, when all is known
};

std::unique_ptr<Round> start(std::span<const Job> jobs);  // the jobs stay the caller's

}  // namespace vethlab::probe
