// private
#pragma once

#include <vethlab/diagnosis/trace_format.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vethlab::diagnosis {

// A way through interfaces, by their names; of which node each is, the tracepoints do not tell.
struct TraceStep {
  bool in = false;
  std::string dev = {};
  friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

struct KernelDrop {
  std::vector<TraceStep> way = {};  // how far it got; empty: it was not to leave by any yet
  bool caused = false;              // the kernel's own packet, because of ours
  std::string reason = {};
  std::uint64_t location = 0;
  int protocol = 0;
  friend bool operator==(const KernelDrop&, const KernelDrop&) = default;
};

// Of all that the kernel dropped: what this thread has sent, and what the kernel sent because of that (a
// bridge's copies, answers), which is known by what it had in hand when it sent it.
std::vector<KernelDrop> drops_of(const std::vector<SkbEvent>& events, int thread);

}  // namespace vethlab::diagnosis
