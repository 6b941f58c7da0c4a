// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/process/program.h>

#include <string_view>

namespace vethlab::internal {

// Bad input: std::invalid_argument, of "exec" or "spawn".
void check_program(std::string_view verb, const Argv& argv, const Env& env, Caller caller);

}  // namespace vethlab::internal
