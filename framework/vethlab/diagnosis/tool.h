// private
#pragma once

#include <vethlab/lab/node.h>

#include <string>

namespace vethlab::diagnosis {

// What a tool (nft, tc, bridge) says in a node, found where root's shell finds it. Throws where it is not installed.
ProgramResult ask_tool(const Node& node, const Argv& argv, std::string input = {});

}  // namespace vethlab::diagnosis
