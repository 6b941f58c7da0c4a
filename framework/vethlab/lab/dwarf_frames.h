// private
#pragma once

#include <vethlab/lab/symbols.h>

#include <cstdint>
#include <vector>

struct Dwfl_Module;  // elfutils/libdwfl.h

namespace vethlab::internal {

// The functions at that address, the innermost inlined one first: `linkers`, with what the module's
// symbols and debug information know more.
std::vector<Frame> dwarf_frames(Dwfl_Module* module, std::uintptr_t address, Frame linkers);

}  // namespace vethlab::internal
