// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/probe.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/node.h>

#include <string>
#include <vector>

namespace vethlab::diagnosis {

// What a verdict that was not the expected one adds to its text.
struct Diagnosis {
  std::string why = {};   // one sentence; empty: nothing is known
  std::string path = {};  // "client ─ok→ r1 ─✗   server never saw it"
  std::vector<std::string> evidence = {};
  std::string node = {};  // where it broke, and by which interface; may be empty
  std::string dev = {};
  // "\n     Why: …\n    Path: …"; empty where nothing is known.
  [[nodiscard]] std::string text() const;
};

// Looks for the cause of a probe's failure: sends it once more, watches it, and asks the nodes. It throws
// nothing, and in a fork of the test it looks for nothing.
Diagnosis diagnose(const Node& from, const Destination& to, const ProbeOptions& options,
                   const ProbeReport& report) noexcept;

}  // namespace vethlab::diagnosis
