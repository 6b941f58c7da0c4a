// private
#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/base/probe_round.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace vethlab::icmp {

// One probe of a batch: its echoes go out of `socket`, a raw ICMP or ICMPv6 socket of `to`'s family
// (prepared by prepare_socket), wherever that was opened.
struct Job {
  int socket = -1;
  IpAddress to = {};
  int scope = 0;  // IPv6: index of the zone's interface; 0: none
  int out = 0;    // index of options.dev; 0: any
  ProbeOptions options = {};
  std::vector<int> witnesses = {};  // raw sockets that may see the request arrive
};

struct Outcome {
  ProbeReport report = {};        // without `to` and `answered_by`
  std::vector<int> seen_by = {};  // those witnesses that saw a request
};

// Once for each socket that ping() is given. Throws Refusal.
void prepare_socket(int socket, Family family);

// Jobs under way, in one epoll loop, until each echo is answered, refused, or silent for its probe's
// timeout.
class EchoRound : public ProbeRound {
 public:
  virtual std::vector<Outcome> outcomes() = 0;  // once, when all is known
};

// The jobs stay the caller's. At most kMostAtOnce of them: each has an id of its own.
std::unique_ptr<EchoRound> send_echoes(std::span<const Job> jobs);
inline constexpr std::size_t kMostAtOnce = 0x10000;

}  // namespace vethlab::icmp
