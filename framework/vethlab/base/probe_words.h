// private
#pragma once

#include <vethlab/base/probe.h>

#include <string>

namespace vethlab {

// How a sentence speaks of one kind of probe: "2 of 3 echoes to …", "1 of 1 connection to … made".
struct ProbeWords {
  const char* one;
  const char* many;
  const char* answered;  // "answered", "made"
  const char* sent;      // "sent", "tried"
  const char* packet;    // what did not leave this node: "echo", "SYN"
};
const ProbeWords& words_of(Transport transport);

// "1 echo", "3 connections".
std::string count_text(const ProbeWords& words, int count);

// A TCP connection's error is the far end's refusal, not this node's.
bool was_reset(const ProbeReport& report);

}  // namespace vethlab
