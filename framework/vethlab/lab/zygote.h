// private
#pragma once

#include <vethlab/netns/zygote.h>

#include <array>

namespace vethlab::internal {

// This process's zygote, made when it is first asked for: at the beginning of RUN_ALL_TESTS, while
// the process is small. (Process-wide, as what it stands for is: the process at its beginning.)
// Throws Unsupported.
netns::Zygote& zygote();

// Its descriptors in this process; -1 where there is none.
std::array<int, 2> zygote_descriptors() noexcept;

}  // namespace vethlab::internal
