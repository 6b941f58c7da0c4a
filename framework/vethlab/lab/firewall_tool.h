// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/default_time.h>
#include <vethlab/process/program.h>

#include <chrono>
#include <string>

namespace vethlab::internal {

struct NodeState;

// Runs a tool in the node, with `input`: nft, iptables or iperf3, in PATH or, as an ordinary user's may lack it, in /usr/sbin.
// Where it is not installed (ENOENT, or a script's exit status 127), or this kernel lacks what it
// needs, the test is skipped, saying which Debian package or kernel option is missing.
ProgramResult run_tool(NodeState& node, const Argv& argv, std::string input,
                       const std::string& tool, Caller caller,
                       std::chrono::milliseconds timeout = default_time(10));

// The test's PATH, and /usr/sbin, which an ordinary user's may lack.
std::string path_with_sbin();

// What a tool has said, for the middle of a text.
std::string without_last_newline(std::string said);

}  // namespace vethlab::internal
